#include "config/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "config/hadolint_rules.h"
#include "dockerfile/ignore_pattern.h"
#include "lint/rules/rules.h"
#include "lint/suppress.h"

namespace whittle {

namespace {

constexpr size_t kMaxNameLength = 64;

// Rules about what an attacker gains, besides those with a code of that group (WH30..).
constexpr std::array<std::string_view, 24> kSecurityRules = {
    "add-instead-of-copy", "add-remote-unverified", "download-unverified", "expose-ssh",
    "http-download",       "image-latest",          "rm-rf-variable",      "image-untagged",
    "password-set",        "pipe-to-shell",         "run-privileged",      "secret-in-arg-env",
    "secret-literal",      "secret-needs-mount",    "secrets-in-context",  "sudo",
    "untrusted-registry",  "user-missing",          "user-non-numeric",    "user-root",
    "volume-sensitive",    "workdir-system-dir",    "world-writable",      "vcs-in-context",
};

bool is_about_security(const RuleInfo& rule) {
  return rule.code.substr(0, 4) == "WH30" ||
         std::find(kSecurityRules.begin(), kSecurityRules.end(), rule.name) != kSecurityRules.end();
}

// Rules about bytes and time, besides those that `optimize` uses. Those of the group WH36.. that
// are off unless asked for are not of it, but for these.
constexpr std::array<std::string_view, 3> kSizeRules = {
    "apk-virtual", "metadata-copy-layer", "prefer-cache-mount"};

bool is_about_size(const RuleInfo& rule) {
  bool is_of_group = rule.code.substr(0, 4) == "WH36" && !rule.is_opt_in;
  return !rule.is_lint_only || is_of_group ||
         std::find(kSizeRules.begin(), kSizeRules.end(), rule.name) != kSizeRules.end();
}

// The rule of hadolint that a rule stands for; null if it has none.
const HadolintRule* hadolint_twin(const RuleInfo& rule) {
  for (std::string_view alias : split_blanks(rule.aliases)) {
    if (const HadolintRule* twin = find_hadolint_rule(alias)) return twin;
  }
  return nullptr;
}

bool has_shellcheck_id(const RuleInfo& rule) {
  std::vector<std::string_view> aliases = split_blanks(rule.aliases);
  return std::any_of(aliases.begin(), aliases.end(), [](std::string_view alias) {
    return alias.size() > 2 && alias.substr(0, 2) == "SC" && is_digit(alias[2]);
  });
}

// Whether the preset has the rule.
bool is_in_preset(std::string_view preset, const RuleInfo& rule) {
  if (preset == "strict") return true;
  if (preset == "security") return is_about_security(rule);
  if (preset == "size") return is_about_size(rule);
  if (preset == "hadolint") {
    const HadolintRule* twin = hadolint_twin(rule);
    return twin != nullptr ? twin->severity.has_value() : has_shellcheck_id(rule);
  }
  return !rule.is_opt_in;
}

std::vector<std::string> known_names() {
  std::vector<std::string> names = {std::string(kParseErrorRule),
                                    std::string(kUnusedSuppressionRule),
                                    std::string(kShellcheckRule)};
  for (const Rule* rule : rule_table()) names.emplace_back(rule->info.name);
  return names;
}

bool is_parse_error_alias(std::string_view id) {
  std::vector<std::string_view> aliases = split_blanks(kParseErrorAliases);
  return std::any_of(aliases.begin(), aliases.end(), [&](std::string_view alias) {
    return equals_ignoring_case(alias, id);
  });
}

std::string nearest(std::string_view word, const std::vector<std::string>& names) {
  std::string best;
  size_t best_distance = 1 + word.size() / 3;
  if (word.size() > kMaxNameLength) return best;
  for (const std::string& name : names) {
    size_t distance = edit_distance(word, name);
    if (distance < best_distance) {
      best = name;
      best_distance = distance;
    }
  }
  return best;
}

Status add_rules(const std::vector<std::string>& ids, std::set<std::string>& rules) {
  for (const std::string& id : ids) {
    TRY_ASSIGN(std::vector<std::string> names, rules_named(id));
    rules.insert(names.begin(), names.end());
  }
  return {};
}

Status remove_rules(const std::vector<std::string>& ids, std::set<std::string>& rules) {
  std::set<std::string> removed;
  TRY(add_rules(ids, removed));
  for (const std::string& name : removed) rules.erase(name);
  return {};
}

// Rules that are asked for and taken away again; ids of ShellCheck also where all of it is on.
Status select_rules(const LintConfig& config, std::string_view path, LintPolicy& policy) {
  std::set<std::string>& rules = policy.rules;
  rules = {std::string(kParseErrorRule), std::string(kUnusedSuppressionRule)};
  if (config.select.empty()) {
    std::string preset = config.preset.empty() ? "default" : config.preset;
    for (const Rule* rule : rule_table()) {
      if (is_in_preset(preset, rule->info)) rules.emplace(rule->info.name);
    }
    if (preset == "hadolint") rules.erase(std::string(kUnusedSuppressionRule));
    bool is_about_shells = preset != "security" && preset != "size";
    if (is_about_shells) rules.emplace(kShellcheckRule);
  }
  TRY(add_rules(config.select, rules));
  TRY(add_rules(config.extend_select, rules));
  std::set<std::string> removed;
  TRY(add_rules(config.ignore, removed));
  for (const PerFileIgnore& row : config.per_file_ignores) {
    std::set<std::string> named;  // also where the pattern does not match: names are checked
    TRY(add_rules(row.rules, named));
    if (!glob_covers(row.pattern, path)) continue;
    removed.insert(named.begin(), named.end());
  }
  for (const std::string& name : removed) {
    rules.erase(name);
    if (is_shellcheck_id(name)) policy.without.insert(name);
  }
  return {};
}

void set_preset_severities(const LintConfig& config, LintPolicy& policy) {
  if (config.preset != "hadolint") return;
  for (const Rule* rule : rule_table()) {
    const HadolintRule* twin = hadolint_twin(rule->info);
    if (twin != nullptr && twin->severity)
      policy.severities[std::string(rule->info.name)] = *twin->severity;
  }
}

Status set_fixes(const LintConfig& config, LintPolicy& policy) {
  if (config.fixable.empty()) {
    policy.fixable = policy.rules;
  } else {
    TRY(add_rules(config.fixable, policy.fixable));
  }
  TRY(remove_rules(config.unfixable, policy.fixable));
  TRY(add_rules(config.extend_safe_fixes, policy.safe));
  return add_rules(config.extend_unsafe_fixes, policy.unsafe);
}

}  // namespace

bool glob_covers(std::string_view pattern, std::string_view path) {
  bool is_anchored = pattern.find('/') != std::string_view::npos;
  while (!pattern.empty() && pattern[0] == '/') pattern.remove_prefix(1);
  std::string text = is_anchored ? std::string(pattern) : "**/" + std::string(pattern);
  Result<GlobPattern> compiled = GlobPattern::compile(text);
  if (!compiled.ok()) return false;
  // The path itself or a folder above it.
  for (size_t end = path.size(); end != std::string_view::npos && end > 0;
       end = path.rfind('/', end - 1)) {
    if (compiled->matches(path.substr(0, end))) return true;
  }
  return false;
}

const std::vector<PresetInfo>& preset_table() {
  static const std::vector<PresetInfo> table = {
      {"default", "all rules but those of taste and house"},
      {"strict", "all rules"},
      {"security", "what an attacker gains from"},
      {"size", "what makes images bigger and builds slower"},
      {"hadolint", "hadolint's rules with its severities"},
  };
  return table;
}

Result<LintPolicy> make_policy(const LintConfig& config, std::string_view path) {
  const std::vector<PresetInfo>& presets = preset_table();
  bool is_known = config.preset.empty() ||
                  std::any_of(presets.begin(), presets.end(), [&](const PresetInfo& preset) {
                    return preset.name == config.preset;
                  });
  if (!is_known) {
    return Error(ErrorKind::Usage, fmt::format("there is no preset `{}`", printable(config.preset)))
        .hint("Presets: default, strict, security, size, hadolint");
  }
  LintPolicy policy;
  TRY(select_rules(config, path, policy));
  set_preset_severities(config, policy);
  for (const auto& [id, severity] : config.severity) {
    TRY_ASSIGN(std::vector<std::string> names, rules_named(id));
    for (const std::string& name : names) policy.severities[name] = severity;
  }
  TRY(set_fixes(config, policy));
  policy.settings = config.settings;
  policy.honours_comments = config.honours_comments.value_or(true);
  policy.shellcheck = config.shellcheck.value_or(ShellcheckUse::Auto);
  return policy;
}

std::optional<Severity> parse_severity(std::string_view text) {
  for (Severity severity : {Severity::Style, Severity::Info, Severity::Warning, Severity::Error}) {
    if (equals_ignoring_case(text, to_text(severity))) return severity;
  }
  return std::nullopt;
}

std::optional<FailLevel> parse_fail_level(std::string_view text) {
  if (std::optional<Severity> severity = parse_severity(text)) {
    return static_cast<FailLevel>(*severity);
  }
  for (std::string_view never : {"never", "none", "ignore"}) {
    if (equals_ignoring_case(text, never)) return FailLevel::Never;
  }
  return std::nullopt;
}

std::optional<ShellcheckUse> parse_shellcheck_use(std::string_view text) {
  if (text == "auto") return ShellcheckUse::Auto;
  if (text == "off") return ShellcheckUse::Off;
  if (text == "required") return ShellcheckUse::Required;
  return std::nullopt;
}

bool is_at_least(Severity severity, FailLevel level) {
  return level != FailLevel::Never && static_cast<int>(severity) >= static_cast<int>(level);
}

Result<std::vector<std::string>> rules_named(std::string_view id) {
  std::vector<std::string> names;
  if (equals_ignoring_case(trim(id), "all")) return known_names();
  std::string normal = normal_rule_id(id);
  for (const Rule* rule : find_rules(normal)) names.emplace_back(rule->info.name);
  if (!names.empty()) return names;
  if (equals_ignoring_case(normal, kParseErrorRule) || equals_ignoring_case(normal, "WH1000") ||
      is_parse_error_alias(normal))
    return std::vector<std::string>{std::string(kParseErrorRule)};
  if (equals_ignoring_case(normal, kUnusedSuppressionRule) ||
      equals_ignoring_case(normal, "WH1999"))
    return std::vector<std::string>{std::string(kUnusedSuppressionRule)};
  if (equals_ignoring_case(normal, kShellcheckRule) || equals_ignoring_case(normal, "WH1998"))
    return std::vector<std::string>{std::string(kShellcheckRule)};
  if (is_shellcheck_id(normal)) return std::vector<std::string>{to_upper(normal)};
  std::string close = nearest(to_lower(normal), known_names());
  return Error(ErrorKind::Usage, fmt::format("there is no rule `{}`", printable(id)))
      .hint(close.empty() ? "`whittle explain` lists the rules"
                          : fmt::format("Did you mean `{}`?", close));
}

}  // namespace whittle
