// Variables whose value switches a check off. Shared by the rules named tls-*.
#pragma once

#include <string_view>
#include <vector>

#include "lint/lint.h"

namespace whittle {

struct UnwantedVariable {
  const Rule* rule;
  std::string_view name;             // compared without regard to case when `any_case`
  bool (*is_bad)(std::string_view);  // of the value
  std::string_view consequence;      // "any server can answer"
  bool any_case = false;
};

// UnwantedVariable::is_bad of switches that are on by themselves.
inline bool is_switched_off(std::string_view value) {
  return value == "0";
}

// A finding wherever the variable is set to such a value, with a fix that takes it out.
void check_unwanted_variable(const LintInput& input,
                             const UnwantedVariable& unwanted,
                             std::vector<Finding>& findings);

}  // namespace whittle
