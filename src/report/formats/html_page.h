// The page of data/html, as the build joins it: "@DATA@" stands where the data goes.
#pragma once

#include <string_view>

namespace whittle {

std::string_view html_page();

}  // namespace whittle
