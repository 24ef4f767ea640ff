#include "lint/unwanted_variables.h"

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/set_variables.h"

namespace whittle {

void check_unwanted_variable(const LintInput& input,
                             const UnwantedVariable& unwanted,
                             std::vector<Finding>& findings) {
  auto is_wanted = [&](std::string_view name) {
    return unwanted.any_case ? equals_ignoring_case(name, unwanted.name) : name == unwanted.name;
  };
  for (SetVariable& variable : set_variables(input, is_wanted)) {
    if (!variable.value || !unwanted.is_bad(*variable.value)) continue;
    std::string name(variable.name);
    Finding finding = make_finding(
        *unwanted.rule,
        variable.range,
        in_ticks(name + "=" + *variable.value) + " " + std::string(unwanted.consequence),
        "Do not set " + in_ticks(name));
    if (variable.drop)
      finding.fix = make_fix(
          "Take " + in_ticks(name) + " out", Applicability::Unsafe, {std::move(*variable.drop)});
    findings.push_back(std::move(finding));
  }
}

}  // namespace whittle
