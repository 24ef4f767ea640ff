// The proof behind a formatted file: it means what the file before meant.
#pragma once

#include <string>

#include "base/limits.h"
#include "model/dockerfile.h"

namespace whittle {

// The first difference that no formatting may make, in words; "" if there is none. Compared are
// directives, problems, instructions, flags, heredocs and comments one by one, and in both
// directions all that the files evaluate to (plan/guard.h).
std::string layout_difference(const Dockerfile& before,
                              const Dockerfile& after,
                              const Limits& limits);

// The same for two files that may differ in the order of packages and in nothing else: every
// command has the same words, and those that changed places are listed packages.
std::string order_difference(const Dockerfile& before,
                             const Dockerfile& after,
                             const Limits& limits);

}  // namespace whittle
