// hadolint's own severities for its rules, which pipelines and thresholds are made for.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "model/finding.h"

namespace whittle {

struct HadolintRule {
  std::string_view id;
  std::optional<Severity> severity;  // nullopt: off unless it is asked for
};

// By id. Source: hadolint 2.15, its list of rules.
const std::vector<HadolintRule>& hadolint_rules();
const HadolintRule* find_hadolint_rule(std::string_view id);  // null if there is none

}  // namespace whittle
