// The table of rules: a row here is the only registration. Its order decides between fixes at the
// same place.
#include "lint/rules/rules.h"

#include <algorithm>
#include <tuple>

#include "base/strings.h"

namespace whittle {

extern const Rule kAddInsteadOfCopy;
extern const Rule kApkNoCache;
extern const Rule kAptInstallNoUpdate;
extern const Rule kAptLists;
extern const Rule kAptNoRecommends;
extern const Rule kAptUpdateAlone;
extern const Rule kBuildFilesInContext;
extern const Rule kCachesInContext;
extern const Rule kCopyAllBeforeDeps;
extern const Rule kDevDependencies;
extern const Rule kDnfClean;
extern const Rule kEditorFilesInContext;
extern const Rule kLegacyKeyValue;
extern const Rule kLocalOutputInContext;
extern const Rule kLogsInContext;
extern const Rule kMaintainer;
extern const Rule kNpmCache;
extern const Rule kNpmCi;
extern const Rule kPipNoCache;
extern const Rule kRmInLaterLayer;
extern const Rule kSecretsInContext;
extern const Rule kTestsInContext;
extern const Rule kUserMissing;
extern const Rule kUserRoot;
extern const Rule kVcsInContext;
extern const Rule kYarnCache;
extern const Rule kYumClean;

const std::vector<const Rule*>& rule_table() {
  static const std::vector<const Rule*> kRules = {
      &kMaintainer,
      &kLegacyKeyValue,
      &kAddInsteadOfCopy,
      &kAptUpdateAlone,
      &kAptInstallNoUpdate,
      &kRmInLaterLayer,
      &kAptLists,
      &kApkNoCache,
      &kYumClean,
      &kDnfClean,
      &kPipNoCache,
      &kNpmCache,
      &kYarnCache,
      &kAptNoRecommends,
      &kCopyAllBeforeDeps,
      &kNpmCi,
      &kDevDependencies,
      &kVcsInContext,
      &kEditorFilesInContext,
      &kCachesInContext,
      &kLocalOutputInContext,
      &kLogsInContext,
      &kSecretsInContext,
      &kBuildFilesInContext,
      &kTestsInContext,
      &kUserRoot,
      &kUserMissing,
  };
  return kRules;
}

const Rule* find_rule(std::string_view id) {
  for (const Rule* rule : rule_table()) {
    if (equals_ignoring_case(rule->info.name, id) || equals_ignoring_case(rule->info.code, id))
      return rule;
    for (std::string_view alias : split_blanks(rule->info.aliases)) {
      if (equals_ignoring_case(alias, id)) return rule;
    }
  }
  return nullptr;
}

std::vector<Finding> run_rules(const LintInput& input) {
  std::vector<Finding> findings;
  for (const Rule* rule : rule_table()) rule->check(input, findings);
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.range.begin, a.range.end, a.rule) <
           std::tie(b.range.begin, b.range.end, b.rule);
  });
  return findings;
}

}  // namespace whittle
