// What ShellCheck has to say in lint, beside the rules that have some of its ids.
#include <algorithm>

#include "base/strings.h"
#include "engine/lint_file.h"
#include "lint/rules/rules.h"

namespace whittle {

namespace {

bool is_asked(const Judge& judge) {
  const LintPolicy& policy = judge.policy;
  bool is_wanted = policy.rules.count(std::string(kShellcheckRule)) > 0 ||
                   std::any_of(policy.rules.begin(),
                               policy.rules.end(),
                               [](const std::string& rule) { return is_shellcheck_id(rule); });
  return is_wanted && policy.shellcheck != ShellcheckUse::Off && judge.shellcheck.is_there();
}

// Ids that rules have as aliases.
const std::set<std::string>& ids_of_rules() {
  static const std::set<std::string> ids = [] {
    std::set<std::string> found;
    for (const Rule* rule : rule_table()) {
      for (std::string_view alias : split_blanks(rule->info.aliases)) {
        if (is_shellcheck_id(alias)) found.emplace(alias);
      }
    }
    return found;
  }();
  return ids;
}

}  // namespace

bool gives_way_to_shellcheck(const RuleInfo& rule, const Judge& judge) {
  if (!judge.policy.imitates_hadolint || !is_asked(judge)) return false;
  std::vector<std::string_view> aliases = split_blanks(rule.aliases);
  return !aliases.empty() && std::all_of(aliases.begin(), aliases.end(), is_shellcheck_id);
}

Result<std::vector<Finding>> shellcheck_part(const LintInput& input, const Judge& judge) {
  if (!is_asked(judge)) return std::vector<Finding>();
  const LintPolicy& policy = judge.policy;
  ShellcheckRequest request;
  request.excluded = policy.without;
  request.is_sh_posix = policy.imitates_hadolint;
  if (!policy.imitates_hadolint)
    request.excluded.insert(ids_of_rules().begin(), ids_of_rules().end());
  TRY_ASSIGN(std::vector<Finding> findings,
             judge.shellcheck.findings(input, request, judge.cancel));
  bool is_all = policy.rules.count(std::string(kShellcheckRule)) > 0;
  std::erase_if(findings, [&](const Finding& finding) {
    return !is_all && policy.rules.count(finding.rule) == 0;
  });
  return findings;
}

}  // namespace whittle
