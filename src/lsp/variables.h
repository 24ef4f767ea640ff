// Variables of a Dockerfile as an editor sees them: where ARG and ENV declare them, where they are
// used, and which declarations a use has its value from.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/lint.h"

namespace whittle {

// A place that names a variable.
struct VariableMention {
  std::string name;
  Range range;                  // of the name alone
  size_t index = 0;             // of the instruction
  bool is_declaration = false;  // ARG NAME, ENV NAME=
  // Stays itself behind the instruction: what a command of RUN sets is gone with it.
  bool is_in_shell = false;
};

// All of a file, in its order. What the shell sets inside of a RUN counts as a use of the name.
std::vector<VariableMention> variable_mentions(const LintInput& input);

// A pair of ARG or ENV.
struct VariableSource {
  size_t index = 0;  // of the instruction
  const KeyValue* pair = nullptr;
  InstructionKind kind = InstructionKind::Arg;
};

// Where the value of a variable at an instruction comes from: the declaration in force first;
// behind an ARG without a value the ARG in front of the first FROM that gives it one. Empty when
// nothing in the file declares it. `before` is an offset: declarations behind it do not count.
std::vector<VariableSource> sources_of(const LintInput& input,
                                       size_t index,
                                       uint32_t before,
                                       std::string_view name);

// The value that the name has for an instruction, or behind it when `is_after`; nullopt if none is
// known.
std::optional<std::string> value_of(const LintInput& input,
                                    size_t index,
                                    std::string_view name,
                                    bool is_after);

// True for names that the builder itself gives a value: TARGETARCH, HTTP_PROXY.
bool is_builder_variable(std::string_view name);
// The platform variables among them.
const std::vector<std::string_view>& platform_variables();

// Names that may be used at an instruction, sorted.
std::vector<std::string> visible_variables(const LintInput& input, size_t index);

}  // namespace whittle
