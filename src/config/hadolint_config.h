// hadolint's configuration: .hadolint.yaml, its environment variables, and what they mean for our
// rules. Sources: hadolint's README and behaviour of version 2.15.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fs.h"
#include "base/result.h"
#include "config/config.h"
#include "lint/policy.h"

namespace whittle {

struct HadolintConfig {
  std::optional<FailLevel> threshold;
  std::vector<std::string> formats;
  // Ids. `ignored` wins over all, and the worse severity over the better.
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
  std::vector<std::string> infos;
  std::vector<std::string> styles;
  std::vector<std::string> ignored;
  std::vector<std::string> trusted_registries;
  std::vector<std::pair<std::string, LabelType>> labels;
  std::optional<bool> strict_labels;
  std::optional<bool> disables_pragmas;
  std::optional<bool> no_color;
  std::optional<bool> no_fail;
  std::optional<bool> verbose;
};

using EnvironmentLookup = std::function<std::optional<std::string>(const char* name)>;

// The first of the places hadolint looks in; empty if none holds a configuration.
fs::path find_hadolint_config(const EnvironmentLookup& environment);
// Keys that are not known are passed over as hadolint does. Errors: Invalid "NAME:LINE:COLUMN:
// ...".
Result<HadolintConfig> parse_hadolint_config(std::string_view text, const std::string& name);
Result<HadolintConfig> read_hadolint_config(const fs::path& file);
// What holds no level, format or label is passed over.
HadolintConfig hadolint_environment(const EnvironmentLookup& environment);

// `strong` over `weak`: single values of the first win, lists are joined. All formats are written,
// the weak ones first.
HadolintConfig joined(HadolintConfig strong, const HadolintConfig& weak);

// hadolint's rules with its severities, changed by the lists; an id that no rule here has is passed
// over.
LintPolicy hadolint_policy(const HadolintConfig& config);

// "tty", "json", ... to our name of the format; "" if there is none.
std::string hadolint_format(std::string_view name);
// As hadolint writes them. "ignore" and "none" are the least severities there: every finding
// counts.
std::optional<FailLevel> parse_hadolint_threshold(std::string_view text);
// "NAME:TYPE", or "NAME" for a text. Errors: Usage.
Result<std::pair<std::string, LabelType>> parse_hadolint_label(std::string_view text);

}  // namespace whittle
