// Standard input as a file.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace whittle {

// All of standard input. Errors: Limit for more than `max_bytes`, Io.
Result<std::string> read_standard_input(uint64_t max_bytes);

}  // namespace whittle
