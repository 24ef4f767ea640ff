// The identifiers of the SPDX license list, also those that are deprecated.
#pragma once

#include <string_view>
#include <vector>

namespace whittle {

const std::vector<std::string_view>& spdx_licenses();
// Those of them that the list of July 2024 (3.24.0) does not have yet.
const std::vector<std::string_view>& recent_spdx_licenses();
const std::vector<std::string_view>& spdx_exceptions();

}  // namespace whittle
