// What both formats of rules for secrets have in common.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/secret_rules.h"

namespace whittle {

Result<SecretRuleFile> parse_gitleaks_rules(std::string_view text, const std::string& name);
Result<SecretRuleFile> parse_trivy_secret_rules(std::string_view text, const std::string& name);

// Puts a rule in the place of the one with its id, or behind all. A rule without pattern and path
// only adds its allow lists to one that is there; false if there is none.
bool add_rule(SecretRuleSet& set, SecretRule rule);
void remove_rule(SecretRuleSet& set, std::string_view id);

}  // namespace whittle
