// Variables: `$x`, `${x:-word}` and the rest, as BuildKit's shell lexer expands them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/dockerfile.h"

namespace whittle {

// The value of a variable, or nullopt if it is not set.
using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

struct Expansion {
  std::string text;
  std::vector<std::string> unset;  // names that were used without a value and without a default, in order
  std::vector<std::string> found;    // names that were looked up and have a value, each once
  std::vector<std::string> missing;  // names that were looked up and have none, with or without a default, each once
};

// One word: quotes removed, variables expanded. Errors: Invalid for bad syntax or `${x:?message}`.
Result<Expansion> expand_word(std::string_view word, char escape, const Lookup& lookup);
// The same, split at unquoted blanks, also those that come out of unquoted expansions.
Result<std::vector<std::string>> expand_words(std::string_view text, char escape, const Lookup& lookup);
// The body of a heredoc whose name is not quoted: variables only, quotes stay, a backslash escapes.
Result<Expansion> expand_heredoc(std::string_view body, const Lookup& lookup);

// Ordered variables of one place in a Dockerfile: what RUN would see.
struct Environment {
  std::vector<std::pair<std::string, std::string>> env;   // ENV, in the order of definition
  std::vector<std::pair<std::string, std::string>> args;  // ARG with a value in scope and no later ENV of that name
  // Whatever was set last: an ARG in `args` hides an ENV of the same name.
  std::optional<std::string> find(std::string_view name) const;
};

// The state before one instruction of a stage.
struct InstructionState {
  Environment environment;
  std::string working_dir;  // absolute; "/" or the base image's if that was given
  std::string user;         // "" when never set
  std::vector<std::string> shell;  // {"/bin/sh", "-c"} unless SHELL was used
};

// Follows ARG, ENV, WORKDIR, USER and SHELL through all stages (a stage FROM an earlier one inherits).
// `build_args` are --build-arg values; the platform is linux/amd64 unless they hold TARGETPLATFORM, TARGETARCH and so on.
// states[i] belongs to Dockerfile::instructions[i]. Never fails on content: what does not expand stays as written, and
// states behind the first 128 MiB of them are empty. Stage bases are given expanded in `stage_bases`.
struct Evaluation {
  std::vector<InstructionState> states;
  std::vector<std::string> stage_bases;       // per stage, expanded
  std::vector<int> parent_stage;              // per stage: the stage it is FROM, or -1
  std::vector<InstructionState> final_states; // per stage, after its last instruction
};
Evaluation evaluate(const Dockerfile& file,
                    const std::vector<std::pair<std::string, std::string>>& build_args);

}  // namespace whittle
