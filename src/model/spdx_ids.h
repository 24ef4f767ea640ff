// The identifiers of the SPDX license list, also those that are deprecated.
#pragma once

#include <string_view>
#include <vector>

namespace whittle {

const std::vector<std::string_view>& spdx_licenses();
const std::vector<std::string_view>& spdx_exceptions();

}  // namespace whittle
