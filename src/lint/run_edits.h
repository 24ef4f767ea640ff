// Edits of RUN text in the file's own style: appending a command, joining instructions, deleting
// one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/lint.h"

namespace whittle {

// The bytes between two commands of a RUN that goes on in a new line: " \<newline>    && " or " &&
// \<newline>    ", as this instruction does it, else as another of the file does, else the first
// form.
std::string continuation(const LintInput& input, size_t index);

// Appends ` && command` to an editable RUN whose last command is reached: nullopt when the text may
// end early (exec, exit) or may not be edited.
std::optional<Edit> append_command(const LintInput& input, size_t index, std::string_view command);

// Puts `command && ` in front of the commands of an editable RUN; nullopt where that would change
// what runs.
std::optional<Edit> prepend_command(const LintInput& input, size_t index, std::string_view command);

// True if this RUN and the next instruction are RUNs that as one RUN `A && B` would do exactly the
// same: both editable, equal flags, no command of A that changes the shell it runs in, nothing that
// && would bind differently.
bool can_join_with_next(const LintInput& input, size_t index);

// The edits that join RUN `index` with the next one. Comments between them move into the
// continuation.
std::vector<Edit> join_with_next(const LintInput& input, size_t index);

// Deletes an instruction with its line end.
Edit delete_instruction(const Dockerfile& file, const Instruction& instruction);

// Offset of the line behind the instruction (the end of the text if it has no line end).
uint32_t line_after(const Dockerfile& file, const Instruction& instruction);

}  // namespace whittle
