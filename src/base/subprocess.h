// Outside programs: started without a shell, watched, bounded, and never left behind.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cancel.h"
#include "base/fs.h"
#include "base/result.h"

namespace whittle {

struct Command {
  std::vector<std::string> args;                            // args[0] is looked up on PATH
  std::vector<std::pair<std::string, std::string>> env;     // added to ours; an empty value is set, not removed
  std::vector<std::string> unset_env;
  fs::path cwd;                                             // empty: ours
  std::string input;                                        // standard input; closed after it
  uint64_t timeout_ms = 0;                                  // 0: none
  uint64_t max_output_bytes = 16ULL << 20;                  // kept of each stream: the first quarter and the last rest
  // Called per line of stdout or stderr as it comes, without the line end, from the calling thread.
  std::function<void(std::string_view line, bool is_stderr)> on_line;
  int stdout_fd = -1;                                       // when set, stdout goes there and is not captured (not owned)
  bool die_with_parent = true;                              // SIGKILL for the child if whittle dies
};

struct CommandResult {
  int exit_code = 0;     // 128 + signal when killed by one
  int signal = 0;
  bool timed_out = false;
  double seconds = 0;
  std::string out;
  std::string err;
  bool succeeded() const { return exit_code == 0 && !timed_out; }
};

// Runs to the end. The child has its own process group; on cancellation or timeout the group gets SIGTERM, after two
// seconds SIGKILL, and is reaped. Errors: NotFound when the program is missing, Cancelled, Failed when it cannot start.
// A non-zero exit is not an error.
Result<CommandResult> run_command(const Command& command, const CancelToken& cancel);

// As run_command, but a non-zero exit or timeout is an Error: "docker build: exit code 1: LAST LINES OF STDERR".
Result<CommandResult> run_checked(const Command& command, const CancelToken& cancel);

}  // namespace whittle
