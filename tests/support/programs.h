// Programs of this machine that a result is held against.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/subprocess.h"
#include "support/image_builder.h"

namespace whittle::test {

struct Outcome {
  bool ok = false;  // it ran and exited with 0
  int exit_code = -1;
  std::string out;
  std::string err;
};

inline Outcome run(std::vector<std::string> args) {
  Command command;
  command.args = std::move(args);
  Result<CommandResult> done = run_command(command, no_cancel());
  if (!done.ok()) return {false, -1, "", done.error().message()};
  return {done->succeeded(), done->exit_code, done->out, done->err};
}

}  // namespace whittle::test
