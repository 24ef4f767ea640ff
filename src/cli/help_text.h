// Help texts, made from the tables.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace whittle {

// `whittle --help`: what it is, the commands, the common options.
std::string program_help(const std::vector<const CommandInfo*>& commands,
                         unsigned width,
                         bool color);
// `whittle COMMAND --help`.
std::string command_help(const CommandInfo& command, unsigned width, bool color);

// "whittle optimize [OPTIONS] PROJECT".
std::string usage_of(const CommandInfo& command);
// "-o, --output DIR".
std::string option_synopsis(const OptionInfo& option);
// The help with what the table adds: "(repeatable)", the choices.
std::string option_help(const OptionInfo& option);
// The paragraphs of a description, each on one line.
std::vector<std::string> paragraphs_of(std::string_view description);

// One line: what whittle is.
inline constexpr std::string_view kProgramSummary =
    "makes container images smaller and quicker to build, and proves it";
// The meaning of the exit codes, where a command does not say its own.
inline constexpr std::string_view kExitCodes =
    "0  done\n2  it could not be done; stderr says why\n";

}  // namespace whittle
