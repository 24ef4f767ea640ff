#include "cli/commands/commands.h"

namespace whittle {

const std::vector<const CommandInfo*>& command_table() {
  static const std::vector<const CommandInfo*> table = {
      &kOptimizeCommand,
      &kLintCommand,
      &kExplainCommand,
      &kFmtCommand,
      &kLspCommand,
      &kAnalyzeCommand,
      &kDiffCommand,
      &kSbomCommand,
      &kScanCommand,
      &kSlimCommand,
      &kDbCommand,
      &kExploreCommand,
      &kTraceCommand,
      &kCacheDirCommand,
      &kHelpCommand,
      &kVersionCommand,
      &kCompletionCommand,
      &kManCommand,
  };
  return table;
}

}  // namespace whittle
