// Instructions of one kind, with those that ONBUILD keeps for later, and what their words come to.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/lint.h"

namespace whittle {

struct InstructionPlace {
  size_t index = 0;                          // in the file; of the ONBUILD for its trigger
  const Instruction* instruction = nullptr;  // the instruction itself
  bool is_onbuild = false;
};

// In the order of the file.
std::vector<InstructionPlace> instructions_of(const LintInput& input, InstructionKind kind);
// COPY and ADD.
std::vector<InstructionPlace> copies_of(const LintInput& input);

// A word with its variables expanded and its quotes removed as the builder does at this
// instruction; nullopt when one of them is not known.
std::optional<std::string> known_value(const LintInput& input, size_t index, std::string_view word);

// True if a WORKDIR of the stage or of a stage it is FROM, in front of `index`, says in the end
// which folder it is: not that of a base image that nobody looked into.
bool is_working_dir_known(const LintInput& input, size_t index);

// True if the text holds the name as a variable's: not as a part of a longer identifier.
bool mentions_variable(std::string_view text, std::string_view name);

// Edits that put another name in the place of a variable, `$x` and `${x...}`, in a range of the
// file.
std::vector<Edit> rename_variable(const LintInput& input,
                                  Range range,
                                  std::string_view from,
                                  const std::string& to);

// "/x", "\\x" and "C:/x".
bool is_absolute_path(std::string_view path);

}  // namespace whittle
