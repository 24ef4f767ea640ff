// The parts of the walk that keep a state of their own: how libraries and modules are found.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "reach/walk.h"

namespace whittle {

// Where libraries are looked for (ld.so(8), ld-musl).
struct Walk::Libraries {
  explicit Libraries(Walk& walk);
  void prepare();  // made on first use: it reads facts

  Walk& walk;
  bool is_ready = false;
  std::vector<std::string> configured;              // of the environment and ld.so.conf
  std::vector<NodeId> inherited;                    // DT_RPATH of files that were followed
  std::multimap<std::string_view, NodeId> by_name;  // all files that are named like a library
};

// Where languages look for modules.
struct Walk::Modules {
  explicit Modules(Walk& walk);
  void prepare();

  Walk& walk;
  bool is_ready = false;
  std::vector<NodeId> python_libraries;  // folders with os.py, those of /usr/local first
  std::vector<NodeId> python_sites;      // site-packages and dist-packages
  std::vector<NodeId> perl_folders;      // of @INC
  std::vector<NodeId> ruby_folders;      // of $LOAD_PATH, and lib folders of gems
  std::vector<NodeId> node_folders;      // what Node.js searches beside node_modules
};

// A plugin below a folder of libraries: "security/pam_unix.so".
void need_plugin(Walk& walk, std::string_view path, const Ask& ask);

// What a command and its words ask for (commands.cc).
void read_command(Walk& walk, const std::vector<std::string>& words, const Ask& ask);

// Compilers, editors, pagers, other languages: code of the distribution looks for them and gets on
// without.
bool is_tool(std::string_view name);

// What a package of Python brings beside its modules, when the file is its __init__.py.
void need_python_data(Walk& walk, const FollowedFile& file);
// The rest of the gem that the file is of.
void need_gem(Walk& walk, const FollowedFile& file);

// The nearest package.json at or above a folder; kNoNode without one.
NodeId package_json_of(const TreePaths& paths, NodeId folder);

}  // namespace whittle
