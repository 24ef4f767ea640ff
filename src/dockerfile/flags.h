// Flags between an instruction's keyword and its arguments: cut out of the text, and checked
// against what is known.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/dockerfile.h"

namespace whittle {

// A flag as it stands in a text; `text` without quotes and escapes.
struct FlagText {
  uint32_t begin;
  uint32_t end;
  uint32_t value_begin;  // behind the first '='; end without one
  std::string text;      // "--name=value"
};

struct FlagSplit {
  std::vector<FlagText> flags;
  // The "--" that ends the flags: [terminator_begin, terminator_end), empty when there is none.
  uint32_t terminator_begin = 0;
  uint32_t terminator_end = 0;
  uint32_t rest = 0;  // where the arguments begin (blanks in front of them may be left)
};

// Takes the flags from the text behind a keyword.
FlagSplit split_flags(std::string_view text);

enum class FlagType { Text, Bool, List };

struct FlagSpec {
  std::string_view name;
  FlagType type;
};

// The flags that an instruction knows. Source: Dockerfile reference.
std::span<const FlagSpec> known_flags(InstructionKind kind);

// Adds a problem for each flag that is unknown, given twice, without its value, or with a bad one.
void check_flags(const Instruction& instruction, std::vector<ParseProblem>& problems);

}  // namespace whittle
