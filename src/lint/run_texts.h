// The RUN instructions of a file for rules about commands: also those that ONBUILD keeps for later.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lint/lint.h"

namespace whittle {

struct RunText {
  size_t index = 0;                          // of the instruction in the file (RUN or ONBUILD)
  const Instruction* instruction = nullptr;  // the RUN itself
  const ShellScript* script = nullptr;
  const std::vector<CommandRef>* commands = nullptr;
  bool is_onbuild = false;
};

// In the order of the file. RUNs of a shell that is not POSIX have no commands.
std::vector<RunText> run_texts(const LintInput& input);

// The base name of the command, "" when it is not literal. `words` as unwrapped() gives them.
std::string command_name(const std::vector<const ShellWord*>& words);

// What a word of a RUN comes to as far as the Dockerfile's ARG and ENV say; nullopt when it holds
// something only the shell knows.
std::optional<std::string> known_text(const LintInput& input,
                                      const RunText& run,
                                      const ShellWord& word);

// True if the word is nothing but one variable or substitution: what it stands for is not known.
bool is_only_expansion(const ShellWord& word);

}  // namespace whittle
