// Dockerfile text to syntax tree and back, with BuildKit's behaviour, and without losing a byte.
#pragma once

#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "model/dockerfile.h"

namespace whittle {

// Parses any text. What BuildKit would refuse becomes ParseProblem::Error in the result, located, and parsing goes on.
// Errors: Limit when the text is too large. Thread-safe.
Result<Dockerfile> parse_dockerfile(std::string source, std::string name, const Limits& limits);

// The text of the tokens in order: equal to Dockerfile::source, byte for byte.
std::string print_dockerfile(const Dockerfile& file);

// One instruction as the S-expression of BuildKit's parser tests: (copy ["--from=x"] "a" "b").
std::string to_sexpr(const Instruction& instruction);

}  // namespace whittle
