// RUN --mount: the value as options.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace whittle {

enum class MountType { Bind, Cache, Tmpfs, Secret, Ssh };

// One --mount. Values as written, variables in them not expanded.
struct Mount {
  MountType type = MountType::Bind;
  bool has_variable_type = false;  // "type=$x": `type` says nothing
  std::string from;                // image or stage
  std::string source;
  std::string target;
  std::string id;       // of a cache, secret or ssh mount
  std::string sharing;  // of a cache: "shared" unless written
  std::string env;      // of a secret: the variable that gets it
  std::string mode;
  std::string uid;
  std::string gid;
  std::string size;
  bool required = false;
  bool read_only = true;  // the type's default unless written: cache and tmpfs are writable
};

// Errors: Invalid for an unknown type or key, a key without its value, a bad bool, a variable in
// `from`, broken quotes, and keys that the type does not take. Source: Dockerfile reference, RUN
// --mount.
Result<Mount> parse_mount(std::string_view value);

// What BuildKit refuses in it while it reads the file, before any variable has its value: broken
// quotes, and variables in `from`. "" if nothing. Other engines know more keys than BuildKit.
std::string mount_syntax_problem(std::string_view value);

}  // namespace whittle
