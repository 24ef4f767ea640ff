// The names of Linux's system calls by their numbers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace whittle {

enum class SyscallTable : uint8_t { Amd64, Arm64, Compat };  // Compat: 32-bit x86

// "openat"; "syscall_900" for a number that is not known.
std::string syscall_name(SyscallTable table, uint32_t number);

}  // namespace whittle
