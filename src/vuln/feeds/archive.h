// Files inside archives and behind compression. The only user of libarchive.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/cancel.h"
#include "base/fs.h"
#include "base/result.h"

namespace whittle {

struct ArchiveLimits {
  uint64_t max_file_bytes = 0;  // one file, decompressed
  uint64_t max_all_bytes = 0;
  uint64_t max_files = 0;
};

// Calls `take` for every regular file of a zip or tar archive, compressed or not; a file that is no
// archive is one of its own. The bytes are valid during the call. Errors: NotFound, Invalid, Limit,
// Cancelled, and those of `take`.
Status for_each_file(
    const fs::path& archive,
    const ArchiveLimits& limits,
    const CancelToken& cancel,
    const std::function<Status(std::string_view name, std::string_view bytes)>& take);

}  // namespace whittle
