// A configuration of lint, as whittle.yaml or the command line gives it: plain values, ids not
// looked up yet. Reading is config/read.h, meaning is config/policy.h.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/fs.h"
#include "lint/settings.h"
#include "model/finding.h"

namespace whittle {

// From which severity on a finding makes the run fail. Never: none does.
enum class FailLevel { Style, Info, Warning, Error, Never };

struct PerFileIgnore {
  std::string pattern;  // as a line of a .gitignore in the configuration's folder
  std::vector<std::string> rules;
};

struct LintConfig {
  fs::path file;                    // where it was read; empty for the defaults
  std::string preset;               // "" for that of the outer configuration, at last "default"
  std::vector<std::string> select;  // only these rules (ids, "all"); empty: the preset's
  std::vector<std::string> extend_select;  // these, too
  std::vector<std::string> ignore;         // not these
  std::vector<std::pair<std::string, Severity>> severity;
  std::vector<std::string> fixable;  // fixes of these only; empty: of all
  std::vector<std::string> unfixable;
  std::vector<std::string> extend_safe_fixes;
  std::vector<std::string> extend_unsafe_fixes;
  LintSettings settings;
  std::vector<PerFileIgnore> per_file_ignores;
  std::vector<std::string> exclude;  // files not to look for, as lines of a .gitignore
  std::vector<std::string> formats;  // "json", "sarif=lint.sarif"
  std::optional<FailLevel> fail_level;
  std::optional<bool> honours_comments;
  std::optional<ShellcheckUse> shellcheck;
};

}  // namespace whittle
