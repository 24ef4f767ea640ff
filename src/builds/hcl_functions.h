// Functions of HCL expressions that Bake files use and that can be computed
// here. Source: the list of functions in Bake's documentation; go-cty's
// standard library.
#pragma once

#include <string_view>
#include <vector>

#include "builds/hcl_value.h"

namespace whittle {

// One row a function.
struct HclFunctionRow {
  std::string_view name;
  size_t least;  // arguments
  size_t most;
  // Arguments are known values. Unknown, with the reason, for arguments that do
  // not fit.
  HclValue (*call)(const std::vector<HclValue>& arguments);
};

// Null if there is none of that name.
const HclFunctionRow* find_hcl_function(std::string_view name);

}  // namespace whittle
