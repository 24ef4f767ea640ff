// The options of `whittle optimize`: one row each, and what they set.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "engine/optimize.h"

namespace whittle {

struct OptimizeSettings {
  OptimizeOptions options;
  std::string format = "text";
  std::string output = "whittle-out";  // as the user wrote it
  bool in_place = false;
  bool slim = false;
};

std::vector<OptionGroup> optimize_option_groups();

// The settings of one command line, checked against each other and against the tables. Reads the
// file system only to see whether project and output are folders.
Result<OptimizeSettings> optimize_settings(const Invocation& invocation);

}  // namespace whittle
