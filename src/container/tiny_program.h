// A static program of some hundred bytes that ends with exit code 0: to find out by trying whether
// a container runtime works on this machine, without needing an image.
#pragma once

#include <string>

#include "base/fs.h"
#include "base/result.h"

namespace whittle {

// An ELF executable for this machine; "" where none is known for its architecture.
std::string tiny_program();

// Writes it to `file`, executable.
Status write_tiny_program(const fs::path& file);

}  // namespace whittle
