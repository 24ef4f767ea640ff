// RUN text to commands: the shell grammar (POSIX with the common parts of bash), with places in the Dockerfile.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "model/dockerfile.h"
#include "model/shell.h"

namespace whittle {

// The commands of a shell-form RUN, CMD, ENTRYPOINT or HEALTHCHECK CMD, or of a heredoc RUN's body. JSON form: one
// Simple node with the words. Never fails: ShellScript::complete tells. Thread-safe.
ShellScript parse_run(const Dockerfile& file, const Instruction& instruction, const Limits& limits);
// The same with the SHELL in force given (InstructionState::shell), which saves looking for it: whoever goes over all
// instructions of a file should use this one.
ShellScript parse_run(const Dockerfile& file,
                      const Instruction& instruction,
                      const std::vector<std::string>& shell,
                      const Limits& limits);

// Any text; ranges are offsets into `text` plus `base_offset`.
ShellScript parse_shell(std::string_view text, uint32_t base_offset, const Limits& limits);

// A simple command in its surroundings.
struct CommandRef {
  const ShellNode* node = nullptr;
  bool is_conditional = false;   // inside if, case, a loop, a function, or behind ||
  bool is_in_subshell = false;   // ( ), a pipeline or a command substitution
  const ShellNode* list = nullptr;  // the List it is a direct child of, or null
  size_t index_in_list = 0;
};

// All simple commands in the order of the text, command substitutions after the command that holds them. `sudo`,
// `env`, `exec`, `command`, `nice`, `time` in front are not removed; see unwrapped().
std::vector<CommandRef> simple_commands(const ShellScript& script);

// The words of a command without wrappers such as `sudo -E`, `env A=b`, `exec`, `command`, `time`, `nice -n 5`.
// Views into the node.
std::vector<const ShellWord*> unwrapped(const ShellNode& node);

}  // namespace whittle
