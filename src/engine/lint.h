// Dockerfiles to findings and fixed texts: the whole of `whittle lint` as one library call. Prints
// nothing and writes nothing; what is to be written is in LintRun::changes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/cancel.h"
#include "base/fs.h"
#include "base/limits.h"
#include "base/result.h"
#include "lint/policy.h"
#include "model/lint_report.h"

namespace whittle {

// One way a Dockerfile is built.
struct LintBuild {
  std::optional<fs::path>
      context;              // not given: the Dockerfile's folder, if it holds what is copied
  bool has_context = true;  // false: rules see none
  std::vector<std::pair<std::string, std::string>> build_args;
  std::string target;  // stage that is built; "": the last one
  std::vector<std::string> named_contexts;
};

// One Dockerfile.
struct LintSource {
  fs::path path;                             // to read from; with `text` only where it would be
  std::string shown;                         // as the report calls it
  std::optional<std::string> text;           // standard input, or an editor's buffer
  std::shared_ptr<const LintPolicy> policy;  // not null
  std::vector<LintBuild> builds;             // none: as `docker build` would in the context above
  bool takes_fixes = true;                   // false: its text is part of another file
};

struct ReadImage;   // analyze/read_image.h
class OnlineFacts;  // lint/online.h
class Shellcheck;   // lint/shellcheck.h

enum class FixMode { None, Safe, Unsafe };

// Lines of a file, 1-based, first to last; for findings on changed lines only.
using LineFilter = std::function<bool(const LintSource& source, uint32_t first, uint32_t last)>;

struct LintOptions {
  std::vector<LintSource> sources;
  FixMode fix = FixMode::None;
  std::set<std::string> fix_only;  // rule names; empty: all that may be fixed
  LineFilter is_changed;           // null: all lines count
  // With is_changed: whether findings about a build context count. Null: they do not.
  std::function<bool(const fs::path& root)> is_context_changed;
  bool sorts_files = true;  // the report's, by path
  unsigned threads = 1;
  Limits limits;
  std::shared_ptr<OnlineFacts> online;     // null: the network is not asked
  std::shared_ptr<Shellcheck> shellcheck;  // keeps answers across runs; null: one for this run
  // What the only source built, for the prices of fixes in bytes; null: nobody knows.
  std::shared_ptr<const ReadImage> image;
};

// A file that fixes change.
struct LintChange {
  fs::path path;  // links resolved
  std::string shown;
  bool is_new = false;  // an ignore file that was not there
  std::string before;
  std::string after;
};

struct LintRun {
  LintReport report;
  std::vector<LintChange> changes;  // by path; those of standard input are left out
};

// Reads, parses, runs rules and fixes. A file that cannot be read is LintedFile::error; findings
// about what does not parse are those of the pseudo rule `parse-error`. Deterministic, whatever the
// number of threads. Errors: Cancelled; NotFound when ShellCheck is required and not there.
Result<LintRun> lint_files(const LintOptions& options, const CancelToken& cancel);

// What is said about a rule, also about the two pseudo rules; nullopt for other names.
std::optional<RuleDescription> describe_rule(std::string_view name);
// Names of the rules that an id of any tool stands for, pseudo rules included.
std::vector<std::string> rules_of_id(std::string_view id);

}  // namespace whittle
