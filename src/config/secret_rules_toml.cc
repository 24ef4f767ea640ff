// gitleaks' configuration, as its README describes it: https://github.com/gitleaks/gitleaks. The
// only user of toml++.
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "base/strings.h"
#include "config/secret_rule_parts.h"

namespace whittle {

namespace {

// toml++ 3.3 is not safe with characters beyond ASCII outside of strings. It is handed none: every
// such byte, and '~', stands as "~HH" while it reads.
std::string to_ascii(std::string_view text) {
  std::string ascii;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && c != '~') {
      ascii.push_back(c);
    } else {
      ascii += fmt::format("~{:02x}", byte);
    }
  }
  return ascii;
}

std::string from_ascii(std::string_view ascii) {
  auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string text;
  for (size_t i = 0; i < ascii.size(); ++i) {
    bool is_escape = ascii[i] == '~' && i + 2 < ascii.size();
    text.push_back(is_escape ? static_cast<char>(digit(ascii[i + 1]) * 16 + digit(ascii[i + 2]))
                             : ascii[i]);
    if (is_escape) i += 2;
  }
  return text;
}

class GitleaksReader {
 public:
  explicit GitleaksReader(const std::string& name) : name_(name) {}

  Result<SecretRuleFile> read(const toml::table& root) {
    file_.rules.judges_examples = false;
    if (const toml::table* extend = root["extend"].as_table()) read_extend(*extend);
    TRY(for_tables(root["rules"], [&](const toml::table& rule) { return read_rule(rule); }));
    for (std::string_view key : {"allowlist", "allowlists"}) {
      TRY(for_tables(root[key], [&](const toml::table& list) { return read_allow(list, ""); }));
    }
    for (const std::string& id : disabled_) remove_rule(file_.rules, id);
    return std::move(file_);
  }

 private:
  Error error_at(const toml::node& node, std::string_view what) const {
    const toml::source_position& at = node.source().begin;
    return {ErrorKind::Invalid, fmt::format("{}:{}:{}: {}", name_, at.line, at.column, what)};
  }

  template <typename Read>
  Status for_tables(toml::node_view<const toml::node> view, Read read) {
    if (const toml::table* one = view.as_table()) return read(*one);
    const toml::array* list = view.as_array();
    if (list == nullptr) return {};
    for (const toml::node& item : *list) {
      const toml::table* table = item.as_table();
      if (table == nullptr) return error_at(item, "a table is expected here");
      TRY(read(*table));
    }
    return {};
  }

  static std::string text_of(const toml::table& table, std::string_view key) {
    return from_ascii(table[key].value_or(std::string()));
  }

  static std::vector<std::string> texts_of(const toml::table& table, std::string_view key) {
    std::vector<std::string> texts;
    const toml::array* list = table[key].as_array();
    if (list == nullptr) return texts;
    for (const toml::node& item : *list) {
      if (std::optional<std::string> text = item.value<std::string>())
        texts.push_back(from_ascii(*text));
    }
    return texts;
  }

  // The patterns of a list.
  Result<std::vector<std::string>> patterns_of(const toml::table& table, std::string_view key) {
    std::vector<std::string> patterns = texts_of(table, key);
    for (const std::string& pattern : patterns) {
      Status is_good = check_pattern(pattern);
      if (!is_good.ok()) return error_at(*table.get(key), is_good.error().message());
    }
    return patterns;
  }

  Result<std::string> pattern_of(const toml::table& table, std::string_view key) {
    std::string pattern = text_of(table, key);
    Status is_good = check_pattern(pattern);
    if (!is_good.ok()) return error_at(*table.get(key), is_good.error().message());
    return pattern;
  }

  void read_extend(const toml::table& extend) {
    if (extend["useDefault"].value_or(false)) file_.rules = default_secret_rules();
    file_.extends = text_of(extend, "path");
    disabled_ = texts_of(extend, "disabledRules");
    const toml::node* url = extend.get("url");
    if (url == nullptr) return;
    file_.problems.push_back(fmt::format(
        "{}:{}: rules are not fetched, bring the file along", name_, url->source().begin.line));
  }

  Status read_rule(const toml::table& table) {
    SecretRule rule;
    rule.id = text_of(table, "id");
    if (rule.id.empty()) return error_at(table, "a rule without an `id`");
    rule.title = text_of(table, "description");
    if (rule.title.empty()) rule.title = rule.id;
    rule.category = "Custom";
    TRY_ASSIGN(rule.pattern, pattern_of(table, "regex"));
    TRY_ASSIGN(rule.path, pattern_of(table, "path"));
    rule.min_entropy = table["entropy"].value_or(0.0);
    int64_t group = table["secretGroup"].value_or(int64_t{0});
    if (group != 0) rule.group = std::to_string(group);
    for (const std::string& word : texts_of(table, "keywords")) {
      rule.keywords.push_back(to_lower(word));
    }
    for (std::string_view key : {"allowlist", "allowlists"}) {
      TRY(for_tables(table[key],
                     [&](const toml::table& list) { return read_allow(list, rule.id); }));
    }
    if (!add_rule(file_.rules, std::move(rule)) && file_.extends.empty())
      return error_at(table, "a rule without `regex` and `path` that extends none");
    return {};
  }

  Status read_allow(const toml::table& table, const std::string& rule) {
    SecretAllowList list;
    std::string description = text_of(table, "description");
    list.name = fmt::format("{}:{}{}{}",
                            name_,
                            table.source().begin.line,
                            description.empty() ? "" : ": ",
                            printable(description));
    std::string condition = to_lower(text_of(table, "condition"));
    list.needs_all = condition == "and" || condition == "&&";
    std::string target = to_lower(text_of(table, "regexTarget"));
    if (target == "match") list.target = AllowTarget::Match;
    if (target == "line") list.target = AllowTarget::Line;
    TRY_ASSIGN(list.paths, patterns_of(table, "paths"));
    TRY_ASSIGN(list.patterns, patterns_of(table, "regexes"));
    list.stop_words = texts_of(table, "stopwords");
    list.only_rules = rule.empty() ? texts_of(table, "targetRules") : std::vector{rule};
    file_.rules.allow.push_back(std::move(list));
    return {};
  }

  const std::string& name_;
  SecretRuleFile file_;
  std::vector<std::string> disabled_;
};

}  // namespace

Result<SecretRuleFile> parse_gitleaks_rules(std::string_view text, const std::string& name) {
  toml::parse_result root = toml::parse(to_ascii(text), name);
  if (root.failed()) {
    const toml::parse_error& error = root.error();
    return Error(ErrorKind::Invalid,
                 fmt::format("{}:{}:{}: {}",
                             name,
                             error.source().begin.line,
                             error.source().begin.column,
                             printable(error.description())));
  }
  return GitleaksReader(name).read(root.table());
}

}  // namespace whittle
