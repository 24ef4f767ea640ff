// What the kernel opens beside the named file when a program starts; and the tables of its ports.
#pragma once

#include "sensor/target.h"

namespace whittle::sensor {

enum class InterpreterKind : uint8_t { None, Script, Loader };

// The first line of a script, or the loader that an ELF file names (PT_INTERP).
InterpreterKind interpreter_of(const char* path, Path& name);

struct PortLine {
  uint16_t port = 0;  // 0: not a line of a table
  bool is_listening = false;
};

// A line of /proc/net/tcp and its kin.
PortLine parse_port_line(const char* line, const char* end);

}  // namespace whittle::sensor
