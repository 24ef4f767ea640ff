// One Dockerfile through the rules and, if asked for, the fixes. Internal to engine/lint.h.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/lint.h"
#include "lint/lint.h"
#include "lint/shellcheck.h"
#include "lint/suppress.h"
#include "model/dockerfile.h"

namespace whittle {

// A context with its texts, which are read when a rule first asks for them. Thread-safe.
class LintContext {
 public:
  explicit LintContext(BuildContext context) : context_(std::move(context)) {}

  const BuildContext& context() const { return context_; }

  std::shared_ptr<const ProjectText> text() const;

 private:
  BuildContext context_;
  mutable std::once_flag is_read_;
  mutable std::shared_ptr<const ProjectText> text_;
};

// The context of a build: the given one, or the Dockerfile's folder when all that the file copies
// is there and the folder is small enough to be looked at in passing. Null when there is none.
// Errors: what read_context says of a context that was given.
Result<std::shared_ptr<const LintContext>> open_lint_context(const LintSource& source,
                                                             const LintBuild& build,
                                                             const Dockerfile& file,
                                                             const Limits& limits,
                                                             const CancelToken& cancel);

// A build with what it may look at.
struct OpenBuild {
  const LintBuild* build = nullptr;
  std::shared_ptr<const LintContext> context;  // may be null
};

// Findings of all builds, each once, with the severities of the policy; then those that comments
// keep back, and the comments that keep nothing back.
struct Judged {
  std::vector<Finding> findings;
  std::vector<SuppressedFinding> suppressed;
};

// What a file is judged by. Refers to what its maker keeps.
struct Judge {
  const LintPolicy& policy;
  const Limits& limits;
  Shellcheck& shellcheck;
  OnlineFacts* online;      // may be null
  const BuiltImage* image;  // what the file as it was read built; may be null
  const CancelToken& cancel;
};

// Errors: Cancelled, and what keeps ShellCheck from being asked.
Result<Judged> judge_file(const Dockerfile& file,
                          const std::vector<OpenBuild>& builds,
                          const Judge& judge);

// What ShellCheck says and the policy wants. Its ids that a rule has are left to the rule.
Result<std::vector<Finding>> shellcheck_part(const LintInput& input, const Judge& judge);
// Whether the rule gives way to ShellCheck, which is there.
bool gives_way_to_shellcheck(const RuleInfo& rule, const Judge& judge);

// Findings about comments that keep nothing back. `suppressions` with their marks of use.
std::vector<Finding> unused_suppressions(const Dockerfile& file,
                                         const Suppressions& suppressions,
                                         const LintPolicy& policy,
                                         bool has_context);

// Applies the fixes that are asked for, and fills the report's file.
Result<void> fix_file(const LintOptions& options,
                      const LintSource& source,
                      std::vector<OpenBuild>& builds,
                      const Judge& judge,
                      Dockerfile& file,
                      LintedFile& linted,
                      std::vector<LintChange>& changes);

}  // namespace whittle
