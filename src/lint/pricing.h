// Prices: what the instructions of the original Dockerfile stored in the baseline image.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lint/lint.h"

namespace whittle {

// Layers of the baseline image that the commands of an instruction made: after joins, those of all
// its origins. Empty when no image is known.
std::vector<int> layers_of(const LintInput& input, size_t instruction);

// Bytes of the files that these layers store below the patterns (.dockerignore syntax, no leading
// '/'); nullopt when no image is known or no layer was found for the instruction.
std::optional<uint64_t> stored_bytes(const LintInput& input,
                                     size_t instruction,
                                     const std::vector<std::string>& patterns);

// Sets the finding's expected saving and its "bytes" evidence from stored_bytes.
void price(const LintInput& input, size_t instruction, Finding& finding);

}  // namespace whittle
