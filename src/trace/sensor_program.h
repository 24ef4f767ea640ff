// The sensor as an executable file for this machine's architecture, embedded at build time.
#pragma once

#include <string_view>

namespace whittle {

std::string_view sensor_program();

}  // namespace whittle
