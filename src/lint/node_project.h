// What package.json and the lock file of the build context say about a Node.js project.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lint/package_commands.h"

namespace whittle {

struct NodeProject {
  std::string folder;  // in the context; "" is its root
  std::map<std::string, std::string> scripts;
  std::map<std::string, std::string> dependencies;  // name to range
  std::map<std::string, std::string> dev_dependencies;
  bool has_workspaces = false;
  bool has_install_scripts = false;     // run by an install of the project itself
  bool has_local_dependencies = false;  // file:, link:, workspace:, a path
  std::string lock_file;  // "package-lock.json", "yarn.lock", ...; "" if there is none
  // Of package-lock.json (lockfileVersion 2 and 3).
  uint64_t lock_version = 0;
  bool lock_agrees = false;            // its root package asks for the same as package.json
  std::set<std::string> dev_programs;  // names of programs that only development packages bring
  std::vector<std::string> dev_paths;  // "node_modules/jest"
};

// nullopt if there is no package.json that parses, in files that are not ignored.
std::optional<NodeProject> read_node_project(const BuildContext& context,
                                             const std::string& folder);

// An install of the project itself: npm, yarn or pnpm without package names, not global.
bool is_project_install(const PackageCommand& command);

// The project that an install command works on: the folder of the context whose package.json
// earlier COPYs of the stage put into the working directory. nullopt without a context or when it
// is not known.
std::optional<NodeProject> node_project_at(const LintInput& input, size_t instruction);

}  // namespace whittle
