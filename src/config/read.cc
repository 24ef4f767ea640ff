#include "config/read.h"

#include <fmt/format.h>

#include <array>

#include "base/strings.h"
#include "config/find.h"
#include "config/policy.h"
#include "config/yaml.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxConfigBytes = 1ULL << 20;
constexpr size_t kMaxExtends = 16;

using Kind = YamlNode::Kind;

// Reading one file: knows its name for the errors.
class Reader {
 public:
  explicit Reader(std::string name) : name_(std::move(name)) {}

  Result<LintConfig> read(const YamlNode& root) {
    if (root.kind == Kind::Null) return LintConfig();
    if (root.kind != Kind::Mapping) return fail(root, "this is no mapping of keys to values");
    LintConfig config;
    for (const auto& [key, value] : root.fields()) TRY(read_key(key, value, config));
    return config;
  }

  // The value of `extends`; "" if there is none.
  const std::string& extends() const { return extends_; }

 private:
  using Setter = Status (Reader::*)(const YamlNode& value, LintConfig& config);

  struct Key {
    std::string_view name;
    Setter set;
  };

  static const std::vector<Key>& keys();

  Error fail(const YamlNode& node, std::string_view what) const {
    return yaml_error(name_, node, what);
  }

  Status read_key(const YamlNode& key, const YamlNode& value, LintConfig& config) {
    if (key.kind != Kind::Scalar) return fail(key, "a key is a word");
    for (const Key& known : keys()) {
      if (known.name == key.text) return (this->*known.set)(value, config);
    }
    std::string names;
    for (const Key& known : keys()) {
      if (edit_distance(known.name, std::string_view(key.text).substr(0, 64)) <= 2)
        names = fmt::format("; did you mean `{}`?", known.name);
    }
    return fail(key, fmt::format("there is no key `{}`{}", printable(key.text), names));
  }

  Result<std::string> text(const YamlNode& value) const {
    if (value.kind != Kind::Scalar) return fail(value, "this has to be one text");
    return value.text;
  }

  Result<bool> truth(const YamlNode& value) const {
    if (value.kind == Kind::Scalar && !value.is_quoted) {
      if (value.text == "true") return true;
      if (value.text == "false") return false;
    }
    return fail(value, "this has to be true or false");
  }

  Result<std::vector<std::string>> texts(const YamlNode& value) const {
    std::vector<std::string> list;
    if (value.kind == Kind::Null) return list;
    if (value.kind != Kind::Sequence) return fail(value, "this has to be a list");
    for (const YamlNode& item : value.items) {
      TRY_ASSIGN(std::string one, text(item));
      list.push_back(std::move(one));
    }
    return list;
  }

  Result<std::vector<std::string>> rules(const YamlNode& value) const {
    TRY_ASSIGN(std::vector<std::string> ids, texts(value));
    for (size_t i = 0; i < ids.size(); ++i) TRY(check_rule(value.items[i]));
    return ids;
  }

  Status check_rule(const YamlNode& node) const {
    Result<std::vector<std::string>> named = rules_named(node.text);
    if (named.ok()) return {};
    return fail(node, named.error().message()).hint(named.error().hint());
  }

  template <std::vector<std::string> LintConfig::*member>
  Status set_rules(const YamlNode& value, LintConfig& config) {
    TRY_ASSIGN(config.*member, rules(value));
    return {};
  }

  template <std::vector<std::string> LintConfig::*member>
  Status set_texts(const YamlNode& value, LintConfig& config) {
    TRY_ASSIGN(config.*member, texts(value));
    return {};
  }

  Status set_extends(const YamlNode& value, LintConfig& /*config*/) {
    TRY_ASSIGN(extends_, text(value));
    if (extends_.empty()) return fail(value, "the path of a configuration is missing");
    return {};
  }

  Status set_preset(const YamlNode& value, LintConfig& config) {
    TRY_ASSIGN(config.preset, text(value));
    std::string names;
    for (const PresetInfo& preset : preset_table()) {
      if (preset.name == config.preset) return {};
      names += (names.empty() ? "" : ", ") + std::string(preset.name);
    }
    return fail(value, fmt::format("`{}` is none of {}", printable(config.preset), names));
  }

  Status set_severity(const YamlNode& value, LintConfig& config) {
    if (value.kind == Kind::Null) return {};
    if (value.kind != Kind::Mapping) return fail(value, "this has to be a mapping of rules");
    for (const auto& [rule, level] : value.fields()) {
      TRY(text(rule).ok() ? Status() : Status(fail(rule, "a rule is a word")));
      TRY(check_rule(rule));
      TRY_ASSIGN(std::string word, text(level));
      std::optional<Severity> severity = parse_severity(word);
      if (!severity) return fail(level, "a severity is error, warning, info or style");
      config.severity.emplace_back(rule.text, *severity);
    }
    return {};
  }

  Status set_registries(const YamlNode& value, LintConfig& config) {
    TRY_ASSIGN(config.settings.trusted_registries, texts(value));
    return {};
  }

  Status set_contexts(const YamlNode& value, LintConfig& config) {
    TRY_ASSIGN(config.settings.named_contexts, texts(value));
    return {};
  }

  Status set_labels(const YamlNode& value, LintConfig& config) {
    if (value.kind == Kind::Null) return {};
    if (value.kind != Kind::Mapping) return fail(value, "this has to be a mapping of labels");
    for (const auto& [label, type] : value.fields()) {
      TRY_ASSIGN(std::string name, text(label));
      TRY_ASSIGN(std::string word, text(type));
      std::optional<LabelType> known = parse_label_type(word);
      if (!known) return fail(type, "a label is text, url, rfc3339, spdx, hash, semver or email");
      config.settings.label_schema.emplace_back(std::move(name), *known);
    }
    return {};
  }

  Status set_strict_labels(const YamlNode& value, LintConfig& config) {
    TRY_ASSIGN(config.settings.strict_labels, truth(value));
    return {};
  }

  Status set_per_file(const YamlNode& value, LintConfig& config) {
    if (value.kind == Kind::Null) return {};
    if (value.kind != Kind::Mapping) return fail(value, "this has to be a mapping of patterns");
    for (const auto& [pattern, ids] : value.fields()) {
      TRY_ASSIGN(std::string glob, text(pattern));
      TRY_ASSIGN(std::vector<std::string> names, rules(ids));
      config.per_file_ignores.push_back({std::move(glob), std::move(names)});
    }
    return {};
  }

  Status set_fail_level(const YamlNode& value, LintConfig& config) {
    TRY_ASSIGN(std::string word, text(value));
    config.fail_level = parse_fail_level(word);
    if (!config.fail_level)
      return fail(value, "this has to be error, warning, info, style or never");
    return {};
  }

  Status set_comments(const YamlNode& value, LintConfig& config) {
    TRY_ASSIGN(bool is_disabled, truth(value));
    config.honours_comments = !is_disabled;
    return {};
  }

  Status set_shellcheck(const YamlNode& value, LintConfig& config) {
    TRY_ASSIGN(std::string word, text(value));
    config.shellcheck = parse_shellcheck_use(word);
    if (!config.shellcheck) return fail(value, "this has to be auto, off or required");
    return {};
  }

  std::string name_;
  std::string extends_;
};

const std::vector<Reader::Key>& Reader::keys() {
  static const std::vector<Key> table = {
      {"extends", &Reader::set_extends},
      {"preset", &Reader::set_preset},
      {"select", &Reader::set_rules<&LintConfig::select>},
      {"extend-select", &Reader::set_rules<&LintConfig::extend_select>},
      {"ignore", &Reader::set_rules<&LintConfig::ignore>},
      {"severity", &Reader::set_severity},
      {"fixable", &Reader::set_rules<&LintConfig::fixable>},
      {"unfixable", &Reader::set_rules<&LintConfig::unfixable>},
      {"extend-safe-fixes", &Reader::set_rules<&LintConfig::extend_safe_fixes>},
      {"extend-unsafe-fixes", &Reader::set_rules<&LintConfig::extend_unsafe_fixes>},
      {"per-file-ignores", &Reader::set_per_file},
      {"exclude", &Reader::set_texts<&LintConfig::exclude>},
      {"trusted-registries", &Reader::set_registries},
      {"named-contexts", &Reader::set_contexts},
      {"label-schema", &Reader::set_labels},
      {"strict-labels", &Reader::set_strict_labels},
      {"formats", &Reader::set_texts<&LintConfig::formats>},
      {"fail-level", &Reader::set_fail_level},
      {"disable-ignore-pragma", &Reader::set_comments},
      {"shellcheck", &Reader::set_shellcheck},
  };
  return table;
}

Result<LintConfig> read_chain(const fs::path& file, size_t depth) {
  std::string name = printable(file.string());
  Result<std::string> text = read_file(file, kMaxConfigBytes);
  if (!text.ok()) return std::move(text).error().with("configuration");
  TRY_ASSIGN(YamlNode root, parse_yaml(*text, name));
  Reader reader(name);
  TRY_ASSIGN(LintConfig config, reader.read(root));
  if (!reader.extends().empty()) {
    if (depth >= kMaxExtends)
      return Error(ErrorKind::Invalid, name + ": configurations extend each other without an end");
    TRY_ASSIGN(LintConfig outer, read_chain(file.parent_path() / reader.extends(), depth + 1));
    config = with_changes(std::move(outer), config);
  }
  config.file = file;
  return config;
}

}  // namespace

std::optional<LabelType> parse_label_type(std::string_view text) {
  struct Row {
    std::string_view name;
    LabelType type;
  };

  constexpr std::array<Row, 8> kTypes = {{{"text", LabelType::Text},
                                          {"url", LabelType::Url},
                                          {"rfc3339", LabelType::Rfc3339},
                                          {"spdx", LabelType::Spdx},
                                          {"hash", LabelType::Hash},
                                          {"semver", LabelType::Semver},
                                          {"email", LabelType::Email},
                                          {"rawtext", LabelType::Text}}};
  for (const Row& row : kTypes) {
    if (equals_ignoring_case(row.name, text)) return row.type;
  }
  return std::nullopt;
}

Result<LintConfig> read_config(const fs::path& file) {
  return read_chain(file, 0);
}

Result<LintConfig> parse_config(std::string_view text, const std::string& name) {
  TRY_ASSIGN(YamlNode root, parse_yaml(text, name));
  Reader reader(name);
  TRY_ASSIGN(LintConfig config, reader.read(root));
  if (!reader.extends().empty())
    return Error(ErrorKind::Invalid, name + ": `extends` needs a file");
  return config;
}

}  // namespace whittle
