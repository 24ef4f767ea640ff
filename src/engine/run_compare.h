// What a run of an image did otherwise than a run of another one did, beyond the checks of the
// probe: answers, exit codes and output of commands, lines of the log that speak of errors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trace/trace_run.h"

namespace whittle {

struct RunDifference {
  std::string what;  // "body of GET /", "exit code of redis-cli ping"; the same for the same thing
  std::string text;  // one line for people
};

// The text with every word that has a digit in it taken out: times, numbers, identifiers.
std::string without_volatile(std::string_view text);

// Sorted by `what`; empty for runs that agree.
std::vector<RunDifference> run_differences(const TraceRun& original, const TraceRun& other);

}  // namespace whittle
