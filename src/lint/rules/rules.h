// The table of rules.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "lint/lint.h"

namespace whittle {

const std::vector<const Rule*>& rule_table();
// By name, code or any other tool's id, case-insensitive; null if there is none. Of several rules
// with that id of another tool the first.
const Rule* find_rule(std::string_view id);
// All of them: other tools have one id for what are several rules here.
std::vector<const Rule*> find_rules(std::string_view id);
// All rules over one input: findings by position, then by rule name.
std::vector<Finding> run_rules(const LintInput& input);
// The same with those rules only for which `is_wanted` holds.
std::vector<Finding> run_rules(const LintInput& input,
                               const std::function<bool(const RuleInfo&)>& is_wanted);

}  // namespace whittle
