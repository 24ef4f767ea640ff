// Rules over a Dockerfile: the interface of a rule, what it may look at, and the run over all of
// them. One rule is one file in rules/; the table is rules/rules.h.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "context/context.h"
#include "dockerfile/expand.h"
#include "dockerfile/shell.h"
#include "lint/settings.h"
#include "model/dockerfile.h"
#include "model/finding.h"
#include "model/layer_index.h"
#include "model/tree.h"

namespace whittle {

// The image that the *original* Dockerfile built, for prices in bytes. Refers to indexes its maker
// keeps.
struct BuiltImage {
  std::vector<const LayerIndex*> layers;
  const MergedTree* tree = nullptr;
  // Layer that an instruction of the original Dockerfile made (by its 1-based first line); -1 if
  // none or unknown.
  std::function<int(uint32_t original_line)> layer_of_line;
};

struct ProjectText;  // lint/project_text.h
class OnlineFacts;   // lint/online.h

// All a rule may look at. Built once per pass by make_lint_input.
struct LintInput {
  const Dockerfile* file = nullptr;
  Evaluation evaluation;
  std::vector<ShellScript> scripts;  // per instruction; empty script for non-shell instructions
  std::vector<std::vector<CommandRef>> commands;  // simple_commands of them
  // The same of the RUN behind ONBUILD; empty for all others.
  std::vector<ShellScript> onbuild_scripts;
  std::vector<std::vector<CommandRef>> onbuild_commands;
  LintSettings settings;
  const BuildContext* context = nullptr;  // null when no context is known
  const BuiltImage* image = nullptr;      // null when the original was not built
  OnlineFacts* online = nullptr;          // null: the network is not asked
  // Line of the user's original Dockerfile for a line of `file` (identity on the first pass).
  std::function<uint32_t(uint32_t line)> original_line;
  // First line of the original instruction that the byte of `file` comes from; null on the first
  // pass.
  std::function<uint32_t(uint32_t offset)> original_instruction_line;
  std::string ignore_text;  // current text of the ignore file
  // For `optimize`, which tries fixes one by one: those that only a person can judge are shown.
  bool is_for_optimize = false;
  std::shared_ptr<const ProjectText>
      project_text;  // the context's text files if they were read already
  // Reads them when a rule asks first, and keeps them; null: read anew each time.
  std::function<std::shared_ptr<const ProjectText>()> lazy_project_text;
};

// Refers to `file`, which must outlive it.
LintInput make_lint_input(const Dockerfile& file,
                          const std::vector<std::pair<std::string, std::string>>& build_args,
                          const Limits& limits);

// What a rule's safe fix may change of what a Dockerfile evaluates to (plan/guard.h refuses
// everything else).
enum Declares : uint32_t {
  kDeclaresNothing = 0,
  kDeclaresLabels = 1,        // labels may be added
  kDeclaresAddKind = 2,       // ADD may become COPY
  kDeclaresCopies = 4,        // COPY instructions may be added or change places
  kDeclaresCommands = 8,      // commands of RUN may be dropped or change places
  kDeclaresCopyTarget = 16,   // the target of a COPY may get a `/`
  kDeclaresWordOrder = 32,    // words of a command may change places
  kDeclaresBlanks = 64,       // blanks inside words of a command may be added
  kDeclaresCopyRights = 128,  // COPY may get --chmod or --chown
};

// Which fixes a rule has, at least in some of the cases of tests/cases/rules.
enum Fixes : uint32_t {
  kNoFix = 0,
  kSafeFix = 1,
  kUnsafeFix = 2,
  kShownFix = 4,
};

// Everything about a rule but its code.
struct RuleInfo {
  std::string_view name;     // kebab-case, names the bad thing
  std::string_view code;     // "WH1001": stable
  std::string_view aliases;  // other tools' ids, blank-separated: "DL3009 DKL-DI-0005"
  Severity severity;
  std::string_view summary;  // one sentence
  std::string_view why;      // a paragraph
  std::string_view bad;      // a Dockerfile that fires
  std::string_view good;     // one that is silent
  uint32_t declares = kDeclaresNothing;
  uint32_t fixes = kNoFix;
  bool is_lint_only = false;         // `optimize` leaves it alone: it makes no image smaller
  bool is_opt_in = false;            // found only when asked for: a matter of taste or of the house
  std::string_view since = "0.1.0";  // the version that brought it
};

struct Rule {
  RuleInfo info;
  // Appends findings. Must not fail on any input. Thread-safe.
  void (*check)(const LintInput& input, std::vector<Finding>& findings);
};

}  // namespace whittle
