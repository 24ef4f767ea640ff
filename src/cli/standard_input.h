// Standard input as a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace whittle {

// All of standard input. Errors: Limit for more than `max_bytes`, Io.
Result<std::string> read_standard_input(uint64_t max_bytes);

// Its beginning, of which nothing is consumed: of a file, or what has arrived in a pipe once
// something has. "" for what cannot be looked at so. Errors: Io.
Result<std::string> peek_standard_input(size_t max_bytes);

}  // namespace whittle
