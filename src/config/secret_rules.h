// Files with rules for secrets: gitleaks' TOML and Trivy's YAML as they are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "secrets/rule_set.h"

namespace whittle {

inline constexpr uint64_t kMaxSecretRuleBytes = 4ULL << 20;

struct SecretRuleFile {
  SecretRuleSet rules;
  std::string extends;  // gitleaks' extend.path: a file to read first; "" none
  // What is asked for and not done here, "NAME:LINE: ...".
  std::vector<std::string> problems;
};

// A text that is TOML by its name (".toml"), else YAML. Of gitleaks' format are rules with their
// allow lists, `extend` with `useDefault`, which means the built-in rules here, `disabledRules`; of
// Trivy's, which add to the built-in rules, also enabled and disabled ones by id. Errors: Invalid
// "NAME:LINE:COLUMN: ...".
Result<SecretRuleFile> parse_secret_rules(std::string_view text, const std::string& name);

// The file with what it extends, two levels deep as gitleaks goes.
Result<SecretRuleFile> read_secret_rules(const std::string& file);

}  // namespace whittle
