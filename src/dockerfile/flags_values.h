// The values that flags take, where BuildKit refuses others while it reads the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/dockerfile.h"

namespace whittle {

// What is wrong with the value of a known flag; "" if nothing is. Values with variables are not
// judged.
std::string flag_value_problem(InstructionKind kind, const Flag& flag);

// A duration as Go writes it ("1m30s", "0", "1.5h"), in nanoseconds; nullopt if it is none.
std::optional<int64_t> parse_go_duration(std::string_view text);

}  // namespace whittle
