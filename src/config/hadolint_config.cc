#include "config/hadolint_config.h"

#include <fmt/format.h>

#include <array>

#include "base/strings.h"
#include "config/hadolint_rules.h"
#include "config/policy.h"
#include "config/read.h"
#include "config/yaml.h"
#include "lint/rules/rules.h"
#include "lint/suppress.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxConfigBytes = 1ULL << 20;

using Kind = YamlNode::Kind;

Error fail(const std::string& name, const YamlNode& node, std::string_view what) {
  return yaml_error(name, node, what);
}

Result<std::vector<std::string>> texts(const YamlNode* node, const std::string& name) {
  std::vector<std::string> list;
  if (node == nullptr || node->kind == Kind::Null) return list;
  if (node->kind != Kind::Sequence) return fail(name, *node, "this has to be a list");
  for (const YamlNode& item : node->items) {
    if (item.kind != Kind::Scalar) return fail(name, item, "this has to be one text");
    list.push_back(item.text);
  }
  return list;
}

// One text or a list of them.
Result<std::vector<std::string>> one_or_more(const YamlNode* node, const std::string& name) {
  if (node != nullptr && node->kind == Kind::Scalar) return std::vector<std::string>{node->text};
  return texts(node, name);
}

Status read_truth(const YamlNode& root,
                  std::string_view key,
                  const std::string& name,
                  std::optional<bool>& target) {
  const YamlNode* node = root.find(key);
  if (node == nullptr || node->kind == Kind::Null) return {};
  bool is_truth =
      node->kind == Kind::Scalar && !node->is_quoted &&
      (equals_ignoring_case(node->text, "true") || equals_ignoring_case(node->text, "false"));
  if (!is_truth) return fail(name, *node, "this has to be true or false");
  target = equals_ignoring_case(node->text, "true");
  return {};
}

Status read_labels(const YamlNode* node, const std::string& name, HadolintConfig& config) {
  if (node == nullptr || node->kind == Kind::Null) return {};
  if (node->kind != Kind::Mapping) return fail(name, *node, "this has to be a mapping of labels");
  for (const auto& [label, type] : node->fields()) {
    std::optional<LabelType> known =
        type.kind == Kind::Scalar ? parse_label_type(type.text) : std::nullopt;
    if (!known)
      return fail(name, type, "a label is text, url, rfc3339, spdx, hash, semver or email");
    config.labels.emplace_back(label.text, *known);
  }
  return {};
}

Status read_overrides(const YamlNode* node, const std::string& name, HadolintConfig& config) {
  if (node == nullptr || node->kind == Kind::Null) return {};
  if (node->kind != Kind::Mapping)
    return fail(name, *node, "this has to be a mapping of severities");
  TRY_ASSIGN(config.errors, texts(node->find("error"), name));
  TRY_ASSIGN(config.warnings, texts(node->find("warning"), name));
  TRY_ASSIGN(config.infos, texts(node->find("info"), name));
  TRY_ASSIGN(config.styles, texts(node->find("style"), name));
  return {};
}

// Blanks belong to the parts.
std::vector<std::string> parts_of(std::string_view value) {
  std::vector<std::string> parts;
  for (std::string_view part : split(value, ',')) {
    if (!part.empty()) parts.emplace_back(part);
  }
  return parts;
}

std::optional<bool> truth_of(const std::optional<std::string>& value) {
  if (!value) return std::nullopt;
  for (std::string_view yes : {"1", "y", "yes", "on", "true"}) {
    if (equals_ignoring_case(*value, yes)) return true;
  }
  return false;
}

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

template <typename T>
void fall_back(std::optional<T>& to, const std::optional<T>& from) {
  if (!to) to = from;
}

// What is set later wins.
void set_severity(const std::vector<std::string>& ids,
                  std::optional<Severity> severity,
                  LintPolicy& policy) {
  for (const std::string& id : ids) {
    for (const Rule* rule : find_rules(id)) {
      std::string name(rule->info.name);
      if (severity) {
        policy.rules.insert(name);
        policy.severities[name] = *severity;
      } else {
        policy.rules.erase(name);
      }
    }
    if (!is_shellcheck_id(id)) continue;
    std::string name = to_upper(id);
    if (severity) {
      policy.severities[name] = *severity;
    } else {
      policy.without.insert(name);
    }
  }
}

}  // namespace

fs::path find_hadolint_config(const EnvironmentLookup& environment) {
  std::vector<fs::path> places = {".hadolint.yaml", ".hadolint.yml"};
  std::optional<std::string> home = environment("HOME");
  std::optional<std::string> xdg = environment("XDG_CONFIG_HOME");
  auto add = [&](const fs::path& folder, const char* name) {
    for (const char* end : {".yaml", ".yml"}) places.push_back(folder / (std::string(name) + end));
  };
  if (xdg && !xdg->empty()) {
    add(*xdg, "hadolint");
  } else if (home) {
    add(fs::path(*home) / ".config", "hadolint");
  }
  if (home) {
    for (const char* name : {".hadolint/hadolint", ".hadolint/config", ".hadolint"})
      add(*home, name);
  }
  for (const fs::path& place : places) {
    std::error_code error;
    if (fs::is_regular_file(place, error)) return place;
  }
  return {};
}

Result<HadolintConfig> parse_hadolint_config(std::string_view text, const std::string& name) {
  TRY_ASSIGN(YamlNode root, parse_yaml(text, name));
  HadolintConfig config;
  if (root.kind == Kind::Null) return config;
  if (root.kind != Kind::Mapping) return fail(name, root, "this is no mapping of keys to values");
  if (const YamlNode* level = root.find("failure-threshold"); level != nullptr) {
    if (level->kind == Kind::Scalar) config.threshold = parse_hadolint_threshold(level->text);
    if (!config.threshold) return fail(name, *level, "this has to be a severity, ignore or none");
  }
  for (const char* key : {"formats", "format"}) {
    TRY_ASSIGN(std::vector<std::string> formats, one_or_more(root.find(key), name));
    for (const std::string& format : formats) {
      if (hadolint_format(format).empty())
        return fail(name, *root.find(key), "there is no format `" + printable(format) + "`");
      config.formats.push_back(format);
    }
  }
  TRY_ASSIGN(config.ignored, texts(root.find("ignored"), name));
  TRY_ASSIGN(config.trusted_registries, texts(root.find("trustedRegistries"), name));
  TRY(read_overrides(root.find("override"), name, config));
  TRY(read_labels(root.find("label-schema"), name, config));
  TRY(read_truth(root, "strict-labels", name, config.strict_labels));
  TRY(read_truth(root, "disable-ignore-pragma", name, config.disables_pragmas));
  TRY(read_truth(root, "no-color", name, config.no_color));
  TRY(read_truth(root, "no-fail", name, config.no_fail));
  TRY(read_truth(root, "verbose", name, config.verbose));
  return config;
}

Result<HadolintConfig> read_hadolint_config(const fs::path& file) {
  TRY_ASSIGN(std::string text, read_file(file, kMaxConfigBytes));
  return parse_hadolint_config(text, printable(file.string()));
}

HadolintConfig hadolint_environment(const EnvironmentLookup& environment) {
  HadolintConfig config;
  auto list = [&](const char* name) { return parts_of(environment(name).value_or("")); };
  if (std::optional<std::string> color = environment("NO_COLOR"); color && !color->empty())
    config.no_color = true;
  config.no_fail = truth_of(environment("HADOLINT_NOFAIL"));
  config.verbose = truth_of(environment("HADOLINT_VERBOSE"));
  config.strict_labels = truth_of(environment("HADOLINT_STRICT_LABELS"));
  config.disables_pragmas = truth_of(environment("HADOLINT_DISABLE_IGNORE_PRAGMA"));
  config.errors = list("HADOLINT_OVERRIDE_ERROR");
  config.warnings = list("HADOLINT_OVERRIDE_WARNING");
  config.infos = list("HADOLINT_OVERRIDE_INFO");
  config.styles = list("HADOLINT_OVERRIDE_STYLE");
  config.ignored = list("HADOLINT_IGNORE");
  config.trusted_registries = list("HADOLINT_TRUSTED_REGISTRIES");
  for (const std::string& format : list("HADOLINT_FORMAT")) {
    if (!hadolint_format(format).empty()) config.formats.push_back(format);
  }
  if (std::optional<std::string> level = environment("HADOLINT_FAILURE_THRESHOLD")) {
    config.threshold = parse_hadolint_threshold(*level);
  }
  for (const std::string& label : list("HADOLINT_REQUIRE_LABELS")) {
    Result<std::pair<std::string, LabelType>> parsed = parse_hadolint_label(label);
    if (parsed.ok()) config.labels.push_back(std::move(*parsed));
  }
  return config;
}

HadolintConfig joined(HadolintConfig strong, const HadolintConfig& weak) {
  fall_back(strong.threshold, weak.threshold);
  strong.formats.insert(strong.formats.begin(), weak.formats.begin(), weak.formats.end());
  append(strong.errors, weak.errors);
  append(strong.warnings, weak.warnings);
  append(strong.infos, weak.infos);
  append(strong.styles, weak.styles);
  append(strong.ignored, weak.ignored);
  append(strong.trusted_registries, weak.trusted_registries);
  strong.labels.insert(strong.labels.end(), weak.labels.begin(), weak.labels.end());
  fall_back(strong.strict_labels, weak.strict_labels);
  fall_back(strong.disables_pragmas, weak.disables_pragmas);
  fall_back(strong.no_color, weak.no_color);
  fall_back(strong.no_fail, weak.no_fail);
  fall_back(strong.verbose, weak.verbose);
  return strong;
}

LintPolicy hadolint_policy(const HadolintConfig& config) {
  LintConfig preset;
  preset.preset = "hadolint";
  Result<LintPolicy> made = make_policy(preset, "");
  CHECK(made.ok());
  LintPolicy policy = std::move(*made);
  set_severity(config.styles, Severity::Style, policy);
  set_severity(config.infos, Severity::Info, policy);
  set_severity(config.warnings, Severity::Warning, policy);
  set_severity(config.errors, Severity::Error, policy);
  set_severity(config.ignored, std::nullopt, policy);
  policy.imitates_hadolint = true;
  policy.settings.trusted_registries = config.trusted_registries;
  policy.settings.label_schema = config.labels;
  policy.settings.strict_labels = config.strict_labels.value_or(false);
  policy.honours_comments = !config.disables_pragmas.value_or(false);
  return policy;
}

std::optional<FailLevel> parse_hadolint_threshold(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, FailLevel>, 6> kLevels = {
      {{"error", FailLevel::Error},
       {"warning", FailLevel::Warning},
       {"info", FailLevel::Info},
       {"style", FailLevel::Style},
       {"ignore", FailLevel::Style},
       {"none", FailLevel::Style}}};
  for (const auto& [name, level] : kLevels) {
    if (name == text) return level;
  }
  return std::nullopt;
}

std::string hadolint_format(std::string_view name) {
  constexpr std::array<std::string_view, 10> kNames = {"tty",
                                                       "json",
                                                       "checkstyle",
                                                       "codeclimate",
                                                       "gitlab_codeclimate",
                                                       "gnu",
                                                       "codacy",
                                                       "sonarqube",
                                                       "sarif",
                                                       "junit"};
  for (std::string_view known : kNames) {
    if (known == name) return "hadolint-" + std::string(known);
  }
  return "";
}

Result<std::pair<std::string, LabelType>> parse_hadolint_label(std::string_view text) {
  size_t colon = text.rfind(':');
  std::optional<LabelType> type =
      colon == std::string_view::npos ? LabelType::Text : parse_label_type(text.substr(colon + 1));
  if (type && colon > 0 && !text.empty())
    return std::pair(std::string(text.substr(0, colon)), *type);
  return Error(ErrorKind::Usage, fmt::format("`{}` is not of the form NAME:TYPE", printable(text)))
      .hint("Types: text, url, rfc3339, spdx, hash, semver, email");
}

}  // namespace whittle
