// One run of the program: command line in, exit code out.
#pragma once

#include <string>
#include <vector>

#include "base/cancel.h"
#include "cli/command.h"

namespace whittle {

// 0: done, 1: findings or a failed gate, 2: it could not be done. `words` without the program's
// name.
int run_program(const std::vector<std::string>& words,
                const std::vector<const CommandInfo*>& commands,
                const CancelToken& cancel);

}  // namespace whittle
