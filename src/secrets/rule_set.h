// Rules for secrets as they are searched for: the built-in ones, or those of a user's file, with
// what is allowed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/risk_level.h"

namespace whittle {

// What an allow list's patterns are held against. Block: findings within what they match of the
// whole text.
enum class AllowTarget : uint8_t { Secret, Match, Line, Block };

// Findings that do not count. Patterns in RE2's syntax.
struct SecretAllowList {
  std::string name;  // for people: "allow list of gitleaks.toml"
  std::vector<std::string> paths;
  std::vector<std::string> patterns;
  std::vector<std::string> stop_words;  // parts of the secret, in any case of letters
  AllowTarget target = AllowTarget::Secret;
  bool needs_all = false;               // every kind of condition that it has, instead of one
  std::vector<std::string> only_rules;  // ids; empty: all
  bool operator==(const SecretAllowList&) const = default;
};

struct SecretRule {
  std::string id;
  std::string title;
  std::string category;
  RiskLevel level = RiskLevel::High;
  std::string pattern;                // "": the path alone makes a finding
  std::string path;                   // pattern of the paths it is for; "": all
  std::vector<std::string> keywords;  // lower case; empty: every text is looked at
  std::string
      group;  // number or name of the group that is the secret; "": the first that took part
  double min_entropy = 0;
  bool is_fixed_shape = false;  // looked for in binary files too
  // Not 0: what does not look like a secret is no finding (SecretRuleInfo::min_turns).
  unsigned min_turns = 0;
  bool operator==(const SecretRule&) const = default;
};

struct SecretRuleSet {
  std::vector<SecretRule> rules;
  std::vector<SecretAllowList> allow;
  std::vector<std::string> skip;  // patterns of paths that are not looked at
  // What looks like an example, a placeholder or a test's data is suppressed by itself.
  bool judges_examples = true;
  bool operator==(const SecretRuleSet&) const = default;

  const SecretRule* find(std::string_view id) const;
};

// All built-in rules.
SecretRuleSet default_secret_rules();

// Whether all patterns are well-formed. Errors: Invalid "`PATTERN`: why".
Status check_pattern(std::string_view pattern);

// A name for what the set finds: equal sets have equal ones. Changes with the scanner too.
std::string version_of(const SecretRuleSet& rules);

}  // namespace whittle
