// Steps of a RUN that install a project's dependencies from its manifests, per language: which
// files of the build context they read, and why they may need more than that.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/package_commands.h"

namespace whittle {

struct DependencyStep {
  std::string_view language;           // "Node.js"
  std::vector<std::string> manifests;  // paths in the context
  std::string blocker;                 // why the sources have to be there; "" if they need not
  // Node.js, Python: the first `commands` children of the RUN's list are the install,
  // `is_whole_run` if that is all.
  size_t commands = 0;
  bool is_whole_run = false;
  // Go, Rust, Java: a command to insert that fetches what the build will ask for; "" otherwise.
  std::string fetch;
  bool fetches_more = false;  // may fetch more than the build needs
};

// The dependency step that the RUN begins with, for a project in `folder` of the context; nullopt
// if there is none.
std::optional<DependencyStep> dependency_step(const LintInput& input,
                                              size_t run,
                                              const std::string& folder);

}  // namespace whittle
