#include "secrets/rule_set.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "codec/digest.h"
#include "secrets/program.h"
#include "secrets/rules/rules.h"

namespace whittle {

namespace {

// Changes whenever other findings or other texts of them come out of the same rules.
constexpr std::string_view kScannerVersion = "1";

SecretRule rule_of(const SecretRuleInfo& info) {
  SecretRule rule;
  rule.id = info.id;
  rule.title = info.title;
  rule.category = info.category;
  rule.level = info.level;
  rule.pattern = full_pattern(info);
  for (std::string_view word : split_blanks(info.keywords)) rule.keywords.emplace_back(word);
  rule.min_entropy = info.min_entropy;
  rule.is_fixed_shape = info.shape == SecretShape::Fixed;
  rule.min_turns = info.min_turns;
  return rule;
}

void add(std::string& text, std::string_view field) {
  text += fmt::format("{}:{}", field.size(), field);
}

void add(std::string& text, const std::vector<std::string>& fields) {
  add(text, std::to_string(fields.size()));
  for (const std::string& field : fields) add(text, field);
}

}  // namespace

const SecretRule* SecretRuleSet::find(std::string_view id) const {
  auto at = std::find_if(
      rules.begin(), rules.end(), [&](const SecretRule& rule) { return rule.id == id; });
  return at == rules.end() ? nullptr : &*at;
}

SecretRuleSet default_secret_rules() {
  SecretRuleSet set;
  for (const SecretRuleInfo* info : secret_rule_table()) set.rules.push_back(rule_of(*info));
  return set;
}

Status check_pattern(std::string_view pattern) {
  PatternProgram program(pattern);
  if (program.problem().empty()) return {};
  return Error(ErrorKind::Invalid,
               fmt::format("`{}`: {}", printable(pattern), printable(program.problem())));
}

std::string version_of(const SecretRuleSet& set) {
  std::string text(kScannerVersion);
  for (const SecretRule& rule : set.rules) {
    for (std::string_view field : {rule.id, rule.pattern, rule.path, rule.group}) add(text, field);
    add(text, rule.keywords);
    text += fmt::format("{} {} {};", rule.min_entropy, rule.is_fixed_shape, rule.min_turns);
  }
  for (const SecretAllowList& list : set.allow) {
    add(text, list.name);
    add(text, list.paths);
    add(text, list.patterns);
    add(text, list.stop_words);
    add(text, list.only_rules);
    text += fmt::format("{}{}", static_cast<int>(list.target), list.needs_all);
  }
  add(text, set.skip);
  text += fmt::format("{}", set.judges_examples);
  return std::string(digest_hex(digest_of(text)).substr(0, 16));
}

}  // namespace whittle
