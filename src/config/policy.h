// From configurations to what is asked of the rules: presets, selection, severities, fixes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/config.h"
#include "lint/policy.h"

namespace whittle {

// One row a preset.
struct PresetInfo {
  std::string_view name;
  std::string_view what;
};

const std::vector<PresetInfo>& preset_table();

// The policy of a configuration, for a file at `path` (relative to the configuration's folder, for
// its per-file ignores; "" for none). Errors: Usage for an id or preset that is not known, with the
// nearest one as its hint.
Result<LintPolicy> make_policy(const LintConfig& config, std::string_view path);

// "error", "warning", "info", "style"; nullopt otherwise.
std::optional<Severity> parse_severity(std::string_view text);
// The same and "never" ("none", "ignore" of hadolint).
std::optional<FailLevel> parse_fail_level(std::string_view text);
// "auto", "off", "required"; nullopt otherwise.
std::optional<ShellcheckUse> parse_shellcheck_use(std::string_view text);
bool is_at_least(Severity severity, FailLevel level);

// Whether a line of a .gitignore without `!` names the path or a folder above it.
bool glob_covers(std::string_view pattern, std::string_view path);

// Names of the rules behind an id of any tool, or of all for "all". Errors: Usage.
Result<std::vector<std::string>> rules_named(std::string_view id);

}  // namespace whittle
