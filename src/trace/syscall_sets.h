// Sets of system calls for profiles, by name.
#pragma once

#include <string>
#include <vector>

namespace whittle {

// Those that the sensor never stops, and so does not record (src/sensor/calls.cc, kCommon).
const std::vector<std::string>& common_syscalls();

// What runc and crun call between installing the filter and starting the program, and programs that
// are run inside later.
const std::vector<std::string>& runtime_syscalls();

// Calls that C libraries use in each other's place: who needs one may need any.
const std::vector<std::vector<std::string>>& syscall_kin();

}  // namespace whittle
