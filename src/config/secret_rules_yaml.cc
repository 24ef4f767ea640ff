// Trivy's configuration of its secret scanner (trivy-secret.yaml), as its documentation describes
// it: https://trivy.dev/latest/docs/scanner/secret/
#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "config/secret_rule_parts.h"
#include "config/yaml.h"

namespace whittle {

namespace {

class TrivyReader {
 public:
  explicit TrivyReader(const std::string& name) : name_(name) {}

  Result<SecretRuleFile> read(const YamlNode& root) {
    if (root.kind != YamlNode::Kind::Mapping && root.kind != YamlNode::Kind::Null) {
      return yaml_error(name_, root, "rules for secrets are a mapping");
    }
    file_.rules = default_secret_rules();
    for (const YamlField& field : root.fields()) TRY(read_field(field));
    if (!enabled_.empty()) {
      std::erase_if(file_.rules.rules, [&](const SecretRule& rule) {
        bool is_own = std::find(own_.begin(), own_.end(), rule.id) != own_.end();
        return !is_own && std::find(enabled_.begin(), enabled_.end(), rule.id) == enabled_.end();
      });
    }
    for (const std::string& id : disabled_) remove_rule(file_.rules, id);
    return std::move(file_);
  }

 private:
  Status read_field(const YamlField& field) {
    const std::string& key = field.key.text;
    if (key == "rules") return for_items(field.value, &TrivyReader::read_rule);
    if (key == "allow-rules") return for_items(field.value, &TrivyReader::read_allow_rule);
    if (key == "exclude-block") return read_block(field.value, "");
    if (key == "enable-builtin-rules") return read_ids(field.value, enabled_);
    if (key == "disable-rules") return read_ids(field.value, disabled_);
    if (key == "skip-patterns") return read_patterns(field.value, file_.rules.skip);
    problem(field.key, fmt::format("`{}` changes nothing here", printable(key)));
    return {};
  }

  void problem(const YamlNode& node, std::string_view what) {
    file_.problems.push_back(fmt::format("{}:{}: {}", name_, node.line, what));
  }

  Status for_items(const YamlNode& list, Status (TrivyReader::*one)(const YamlNode&)) {
    for (const YamlNode& item : list.items) {
      if (item.kind != YamlNode::Kind::Mapping)
        return yaml_error(name_, item, "a rule is a mapping");
      TRY((this->*one)(item));
    }
    return {};
  }

  Status read_ids(const YamlNode& list, std::vector<std::string>& ids) {
    for (const YamlNode& item : list.items) {
      bool is_known = file_.rules.find(item.text) != nullptr;
      if (!is_known) problem(item, "no built-in rule is called `" + printable(item.text) + "`");
      ids.push_back(item.text);
    }
    return {};
  }

  Result<std::string> pattern_of(const YamlNode& node) {
    Status is_good = check_pattern(node.text);
    if (!is_good.ok()) return yaml_error(name_, node, is_good.error().message());
    return node.text;
  }

  Status read_patterns(const YamlNode& list, std::vector<std::string>& patterns) {
    for (const YamlNode& item : list.items) {
      TRY_ASSIGN(std::string pattern, pattern_of(item));
      patterns.push_back(std::move(pattern));
    }
    return {};
  }

  Status read_block(const YamlNode& node, const std::string& rule) {
    const YamlNode* list = node.find("regexes");
    if (list == nullptr) return {};
    SecretAllowList allow;
    allow.name = fmt::format("the excluded block of {}:{}", name_, node.line);
    allow.target = AllowTarget::Block;
    if (!rule.empty()) allow.only_rules.push_back(rule);
    TRY(read_patterns(*list, allow.patterns));
    file_.rules.allow.push_back(std::move(allow));
    return {};
  }

  // A path and a pattern each allow by themselves.
  Status read_allow(const YamlNode& item, const std::string& rule) {
    SecretAllowList allow;
    const YamlNode* id = item.find("id");
    allow.name = id == nullptr ? fmt::format("{}:{}", name_, item.line)
                               : fmt::format("{} of {}:{}", printable(id->text), name_, item.line);
    if (!rule.empty()) allow.only_rules.push_back(rule);
    if (const YamlNode* regex = item.find("regex")) {
      TRY_ASSIGN(std::string pattern, pattern_of(*regex));
      allow.patterns.push_back(std::move(pattern));
    }
    if (const YamlNode* path = item.find("path")) {
      TRY_ASSIGN(std::string pattern, pattern_of(*path));
      allow.paths.push_back(std::move(pattern));
    }
    file_.rules.allow.push_back(std::move(allow));
    return {};
  }

  Status read_allow_rule(const YamlNode& item) { return read_allow(item, ""); }

  Status read_rule(const YamlNode& item) {
    SecretRule rule;
    rule.category = "Custom";
    for (const YamlField& field : item.fields()) TRY(read_rule_field(field, rule));
    if (rule.id.empty()) return yaml_error(name_, item, "a rule without an `id`");
    if (rule.pattern.empty()) return yaml_error(name_, item, "a rule without a `regex`");
    // Without a name, all that the pattern takes is the secret.
    if (rule.group.empty()) rule.group = "0";
    if (rule.title.empty()) rule.title = rule.id;
    if (const YamlNode* list = item.find("allow-rules")) {
      for (const YamlNode& allow : list->items) TRY(read_allow(allow, rule.id));
    }
    if (const YamlNode* block = item.find("exclude-block")) TRY(read_block(*block, rule.id));
    own_.push_back(rule.id);
    add_rule(file_.rules, std::move(rule));
    return {};
  }

  Status read_rule_field(const YamlField& field, SecretRule& rule) {
    const std::string& key = field.key.text;
    const std::string& text = field.value.text;
    if (key == "id") rule.id = text;
    if (key == "title") rule.title = text;
    if (key == "category") rule.category = text;
    if (key == "secret-group-name") rule.group = text;
    if (key == "regex") {
      TRY_ASSIGN(rule.pattern, pattern_of(field.value));
    } else if (key == "path") {
      TRY_ASSIGN(rule.path, pattern_of(field.value));
    } else if (key == "severity") {
      std::optional<RiskLevel> level = parse_risk_level(to_lower(text));
      if (!level) return yaml_error(name_, field.value, "`" + printable(text) + "` is no severity");
      rule.level = *level;
    } else if (key == "keywords") {
      for (const YamlNode& word : field.value.items) rule.keywords.push_back(to_lower(word.text));
    }
    return {};
  }

  const std::string& name_;
  SecretRuleFile file_;
  std::vector<std::string> own_;
  std::vector<std::string> enabled_;
  std::vector<std::string> disabled_;
};

}  // namespace

Result<SecretRuleFile> parse_trivy_secret_rules(std::string_view text, const std::string& name) {
  TRY_ASSIGN(YamlNode root, parse_yaml(text, name));
  return TrivyReader(name).read(root);
}

}  // namespace whittle
