// The table of commands.
#pragma once

#include <vector>

#include "cli/command.h"

namespace whittle {

extern const CommandInfo kOptimizeCommand;
extern const CommandInfo kLintCommand;
extern const CommandInfo kExplainCommand;
extern const CommandInfo kFmtCommand;
extern const CommandInfo kLspCommand;
extern const CommandInfo kAnalyzeCommand;
extern const CommandInfo kDiffCommand;
extern const CommandInfo kSbomCommand;
extern const CommandInfo kScanCommand;
extern const CommandInfo kSlimCommand;
extern const CommandInfo kTraceCommand;
extern const CommandInfo kDbCommand;
extern const CommandInfo kExploreCommand;
extern const CommandInfo kCacheDirCommand;
extern const CommandInfo kVersionCommand;
extern const CommandInfo kHelpCommand;
extern const CommandInfo kCompletionCommand;
extern const CommandInfo kManCommand;

// In the order of the help.
const std::vector<const CommandInfo*>& command_table();

}  // namespace whittle
