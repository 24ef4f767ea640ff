// Where the results of `whittle optimize` go: files, and what the user can do with them.
#pragma once

#include <string>
#include <vector>

#include "cli/commands/optimize_options.h"

namespace whittle {

// Writes Dockerfile, ignore file, changes.patch, report.json and report.md to the output folder,
// after replacing the project's own files with --in-place. Fills result.report.files. Never touches
// the project otherwise.
Status write_results(OptimizeResult& result, const OptimizeSettings& settings);

// Commands and remarks for the reader, in the order of use.
std::vector<std::string> next_steps(const OptimizeResult& result, const OptimizeSettings& settings);

}  // namespace whittle
