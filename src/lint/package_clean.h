// "Install, then clean in the same RUN": what the rules for dnf, yum, npm and yarn share.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/package_commands.h"

namespace whittle {

struct CleanRule {
  const Rule* rule;
  std::vector<PackageTool> tools;
  std::string_view what;                      // "`/var/cache/dnf`"
  std::vector<std::string_view> cache_paths;  // mounted over, or removed: silent
  std::vector<std::string> saved;             // patterns of the saving
  // True for commands that fill the cache.
  bool (*fills)(const PackageCommand& command);
  // True for commands of the tool that empty it.
  bool (*cleans)(const PackageCommand& command);
  // The command to append, without sudo; nullopt: no fix.
  std::optional<std::string> (*clean_command)(const LintInput& input,
                                              size_t index,
                                              const PackageCommand& command);
  Applicability applicability = Applicability::Safe;
};

// `clean`, `cc` and `cache`: what most tools call it.
bool is_clean_action(const PackageCommand& command);

// One finding for each RUN of an image's stage that fills a cache and does not empty it afterwards.
void check_clean(const LintInput& input, const CleanRule& rule, std::vector<Finding>& findings);

}  // namespace whittle
