#include "config/secret_rules.h"

#include <algorithm>

#include "base/fs.h"
#include "base/strings.h"
#include "config/secret_rule_parts.h"

namespace whittle {

bool add_rule(SecretRuleSet& set, SecretRule rule) {
  auto known = std::find_if(
      set.rules.begin(), set.rules.end(), [&](const SecretRule& one) { return one.id == rule.id; });
  bool is_whole = !rule.pattern.empty() || !rule.path.empty();
  if (known == set.rules.end()) {
    if (is_whole) set.rules.push_back(std::move(rule));
    return is_whole;
  }
  if (is_whole) *known = std::move(rule);
  return true;
}

void remove_rule(SecretRuleSet& set, std::string_view id) {
  std::erase_if(set.rules, [&](const SecretRule& rule) { return rule.id == id; });
}

Result<SecretRuleFile> parse_secret_rules(std::string_view text, const std::string& name) {
  bool is_toml = name.ends_with(".toml");
  return is_toml ? parse_gitleaks_rules(text, name) : parse_trivy_secret_rules(text, name);
}

namespace {

constexpr int kMaxExtends = 2;

// What the extended file has and the other does not say.
void extend(SecretRuleFile& file, SecretRuleFile base) {
  for (SecretRule& rule : base.rules.rules) {
    if (file.rules.find(rule.id) == nullptr) file.rules.rules.push_back(std::move(rule));
  }
  for (SecretAllowList& list : base.rules.allow) file.rules.allow.push_back(std::move(list));
  file.rules.judges_examples = file.rules.judges_examples || base.rules.judges_examples;
  for (std::string& problem : base.problems) file.problems.push_back(std::move(problem));
}

Result<SecretRuleFile> read_file_at(const std::string& path, int depth) {
  TRY_ASSIGN(std::string text, read_file(path, kMaxSecretRuleBytes));
  TRY_ASSIGN(SecretRuleFile file, parse_secret_rules(text, path));
  if (file.extends.empty() || depth >= kMaxExtends) return file;
  fs::path base = file.extends;
  TRY_ASSIGN(SecretRuleFile extended,
             read_file_at(base.is_absolute() ? base.string()
                                             : (fs::path(path).parent_path() / base).string(),
                          depth + 1));
  extend(file, std::move(extended));
  return file;
}

}  // namespace

Result<SecretRuleFile> read_secret_rules(const std::string& file) {
  return read_file_at(file, 0);
}

}  // namespace whittle
