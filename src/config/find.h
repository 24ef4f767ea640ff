// Which configuration is in force for a file, and what the command line changes of it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/fs.h"
#include "base/result.h"
#include "config/config.h"
#include "lint/policy.h"

namespace whittle {

// `config` with what `changes` says put over it: a preset or a selection replaces, lists of rules
// are added, single values win.
LintConfig with_changes(LintConfig config, const LintConfig& changes);

struct ConfigSearch {
  std::optional<fs::path> file;  // this one for all files
  bool uses_files = true;        // false: none at all
  LintConfig changes;            // of the command line
};

// Finds, reads and keeps configurations: for a file the nearest `whittle.yaml` or `.whittle.yaml`
// in its folder or above, up to the repository's top folder; outside of a repository up to the
// root. Not thread-safe.
class ConfigFinder {
 public:
  explicit ConfigFinder(ConfigSearch search) : search_(std::move(search)) {}

  // For a Dockerfile, or for a folder itself. Errors: Invalid with file, line and column for a
  // configuration that is broken; Usage for ids that are not known.
  Result<std::shared_ptr<const LintConfig>> config_for_folder(const fs::path& folder);
  Result<std::shared_ptr<const LintPolicy>> policy_for(const fs::path& file);

 private:
  Result<std::shared_ptr<const LintConfig>> read(const fs::path& file);
  Result<std::shared_ptr<const LintConfig>> defaults();

  ConfigSearch search_;
  std::map<fs::path, std::shared_ptr<const LintConfig>> by_folder_;
  std::map<fs::path, std::shared_ptr<const LintConfig>> by_file_;
  std::map<const LintConfig*, std::shared_ptr<const LintPolicy>> policies_;
};

}  // namespace whittle
