// Where a Dockerfile sets variables: ENV, ARG, assignments and `export` in RUN.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/run_texts.h"

namespace whittle {

struct SetVariable {
  std::string_view name;
  std::optional<std::string> value;             // nullopt when it is not known
  Range range;                                  // the whole pair
  size_t index = 0;                             // of the instruction
  InstructionKind kind = InstructionKind::Env;  // Env, Arg or Run
  std::optional<Edit> drop;                     // takes it out; nullopt where that cannot be done
};

// All whose name fulfils `is_wanted`, in the order of the file; ARG without a value is left out.
std::vector<SetVariable> set_variables(const LintInput& input,
                                       const std::function<bool(std::string_view)>& is_wanted);

}  // namespace whittle
