// The table of rules.
#pragma once

#include <string_view>
#include <vector>

#include "lint/lint.h"

namespace whittle {

const std::vector<const Rule*>& rule_table();
// By name, code or any other tool's id, case-insensitive; null if there is none.
const Rule* find_rule(std::string_view id);
// All rules over one input: findings by position, then by rule name.
std::vector<Finding> run_rules(const LintInput& input);

}  // namespace whittle
