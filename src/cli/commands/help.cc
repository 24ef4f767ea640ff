// `whittle help [COMMAND]`: the same texts as --help.
#include "cli/commands/commands.h"
#include "cli/help_text.h"
#include "cli/options.h"

namespace whittle {

namespace {

Result<Outcome> run(const Invocation& invocation) {
  const auto& [width, color] = std::pair(invocation.stdout_width, invocation.stdout_color);
  if (invocation.arguments.positionals.empty()) {
    return Outcome{program_help(invocation.commands, width, color)};
  }
  const std::string& name = invocation.arguments.positionals[0];
  const CommandInfo* command = find_command(invocation.commands, name);
  if (command == nullptr) return unknown_command(name, invocation.commands);
  return Outcome{command_help(*command, width, color)};
}

}  // namespace

const CommandInfo kHelpCommand = {
    .name = "help",
    .summary = "explain a command",
    .description =
        "Prints what a command does, its options, exit codes and examples. Without a command, "
        "lists them.",
    .positionals = {{"COMMAND", "the command to explain", false, {}, Completes::Nothing}},
    .options = [] { return std::vector<OptionGroup>(); },
    .examples = {{"whittle help optimize", "All about `whittle optimize`"}},
    .exit_codes = "",
    .run = run,
};

}  // namespace whittle
