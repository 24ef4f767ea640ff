// Which paths the commands of a RUN make, delete and mention, as far as their words say it plainly.
#pragma once

#include <string>
#include <vector>

#include "lint/lint.h"

namespace whittle {

struct PathUse {
  std::string path;  // absolute, clean
  const CommandRef* command = nullptr;
  bool is_folder = false;  // made by git clone, tar -C, mkdir
};

// Files and folders that the RUN fetches or unpacks: wget -O, wget URL, curl -o, curl -O, git
// clone, tar -C, mkdir. Relative ones count from the working directory, and only when no `cd`
// stands in the RUN.
std::vector<PathUse> made_paths(const LintInput& input, size_t index);
// What `rm` without a wildcard or variable deletes, unconditionally.
std::vector<PathUse> deleted_paths(const LintInput& input, size_t index);

}  // namespace whittle
