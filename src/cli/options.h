// From the words of the command line to a command and its arguments. CLI11 does the splitting;
// names, choices and "did you mean" come from the tables.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace whittle {

struct CommandLine {
  const CommandInfo* command = nullptr;  // null when only common options were given
  CommonOptions common;
  Arguments arguments;
};

// `words` without the program's name. Errors are ErrorKind::Usage with a hint.
Result<CommandLine> parse_command_line(const std::vector<std::string>& words,
                                       const std::vector<const CommandInfo*>& commands);

// The Usage error for a word that is no command, with the nearest one as its hint.
Error unknown_command(const std::string& word, const std::vector<const CommandInfo*>& commands);

// The rows behind CommonOptions, for help, completions and man pages.
const OptionGroup& common_option_group();

// The name that is near enough to `word` to be a slip of the pen, "" if none is.
std::string nearest_name(std::string_view word, const std::vector<std::string>& names);

// "Did you mean `NEAREST`?", or `otherwise` when nothing is near.
std::string did_you_mean(const std::string& nearest, const std::string& otherwise);

}  // namespace whittle
