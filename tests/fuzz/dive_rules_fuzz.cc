// A rules file of dive: any bytes are rules or an error, and what is read is in its bounds.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "cli/commands/analyze_gates.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto rules = whittle::parse_dive_rules({reinterpret_cast<const char*>(data), size});
  if (!rules.ok()) {
    CHECK(!rules.error().message().empty());
    return 0;
  }
  auto in_bounds = [](const std::optional<double>& ratio) {
    return !ratio || (*ratio >= 0 && *ratio <= 1);
  };
  CHECK(in_bounds(rules->lowest_efficiency) && in_bounds(rules->highest_user_wasted_percent));
  whittle::check_gates(*rules, whittle::Analysis());
  return 0;
}
