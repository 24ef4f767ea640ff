#include "cli/command.h"

namespace whittle {

std::optional<std::string> Arguments::last(const std::string& name) const {
  auto found = values.find(name);
  if (found == values.end() || found->second.empty()) return std::nullopt;
  return found->second.back();
}

const CommandInfo* find_command(const std::vector<const CommandInfo*>& commands,
                                std::string_view name) {
  for (const CommandInfo* command : commands) {
    if (command->name == name) return command;
  }
  return nullptr;
}

}  // namespace whittle
