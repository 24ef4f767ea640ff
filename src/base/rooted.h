// Paths inside a foreign root file system: no link in it leads out of it.
#pragma once

#include <string>
#include <string_view>

#include "base/fs.h"
#include "base/result.h"

namespace whittle {

// Opens `path` as a process whose root is `root` would. Links are followed inside the root only
// (openat2 with RESOLVE_IN_ROOT; on a kernel without it, no link is followed at all). Errors:
// NotFound, Failed.
Result<UniqueFd> open_in_root(const fs::path& root, std::string_view path, int flags);

// The whole regular file, "" if it is not there; ErrorKind::Limit above max_bytes.
Result<std::string> read_in_root(const fs::path& root, std::string_view path, uint64_t max_bytes);

}  // namespace whittle
