// The orders of versions. An order is one file of this folder and one row of the table; which
// ecosystem goes by which is vuln/ecosystems.h.
#pragma once

#include <string_view>
#include <vector>

namespace whittle {

// Both functions take any bytes, in time linear in their length (times the depth of nesting for
// Maven, which is limited). Thread-safe.
struct VersionOrder {
  std::string_view name;  // "dpkg"
  std::string_view what;  // one line: whose order it is
  // -1, 0 or 1. A total order over the valid ones; what is not valid has some place, and nothing
  // should be concluded from it.
  int (*compare)(std::string_view a, std::string_view b);
  bool (*is_valid)(std::string_view version);
};

const std::vector<VersionOrder>& version_orders();
const VersionOrder* find_version_order(std::string_view name);  // null if there is none

}  // namespace whittle
