// Which program `/bin/sh` is in a RUN: dash on Debian, BusyBox on Alpine, bash elsewhere. What it
// understands beyond POSIX differs.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/run_texts.h"

namespace whittle {

enum class ShProgram { Unknown, Dash, Busybox, Bash };

// The programs that run these RUNs, one each. Unknown when the base image does not say, when a RUN
// replaces `/bin/sh`, for other shells than those, and for a heredoc that names its own.
std::vector<ShProgram> sh_programs(const LintInput& input, const std::vector<RunText>& runs);

// A RUN that dash runs, for rules about what bash alone understands.
std::vector<RunText> dash_runs(const LintInput& input);

// All nodes of a script, those in command substitutions too.
void for_each_node(const ShellNode& node, const std::function<void(const ShellNode&)>& visit);

}  // namespace whittle
