// The built-in kinds of secrets: tables of facts about how tokens and keys look. A file here is one
// group of kinds; nothing in it knows how contents are searched.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/risk_level.h"

namespace whittle {

// Where a kind is looked for.
enum class SecretShape : uint8_t {
  Text,   // loose enough to turn up by chance in programs and archives: in text only
  Fixed,  // cannot be there by chance: in every file
};

// One kind of secret. A row is the only registration.
struct SecretRuleInfo {
  std::string_view id;        // "github-pat"
  std::string_view title;     // "GitHub personal access token"
  std::string_view category;  // "GitHub"
  RiskLevel level = RiskLevel::High;
  // Split by blanks: one of them is in every text that the pattern takes, in any case of letters.
  std::string_view keywords;
  // When not "": the secret is the value of a variable, key or argument that is called so; the
  // alternatives of a pattern without groups.
  std::string_view names;
  // RE2's syntax over bytes, of bounded width. The secret is its one group, else all of it; with
  // `names`, what stands behind the assignment.
  std::string_view pattern;
  double min_entropy = 0;  // of the secret, in bits a byte (Shannon)
  SecretShape shape = SecretShape::Text;
  // Texts with a finding and without; templates of secret_example().
  std::string_view good;
  std::string_view bad;
  // Of what only a name gives away: how often letters and digits take turns in the secret at least,
  // which tells tokens from words. 0: its form is enough.
  unsigned min_turns = 0;
};

struct SecretRuleGroup {
  std::string_view name;  // "cloud"
  std::span<const SecretRuleInfo> (*rules)();
};

const std::vector<SecretRuleGroup>& secret_rule_groups();
// All rows of all groups, in their order.
const std::vector<const SecretRuleInfo*>& secret_rule_table();
// Null if there is none.
const SecretRuleInfo* find_secret_rule(std::string_view id);

// The pattern as it is searched for: with the names and the assignment in front.
std::string full_pattern(const SecretRuleInfo& rule);

// The text of a template, so that no example of a token stands in a file: "{C20}" becomes 20
// made-up characters of class C: w letters and digits, l lower-case letters and digits, U
// upper-case letters and digits, B base32, d digits, h and H hexadecimal digits, a and A letters,
// b base64url, s base64; "{u}" a UUID. Other braces stay. The same template makes the same text.
std::string secret_example(std::string_view text);

}  // namespace whittle
