// Files on their way into and out of containers, as tar archives in memory.
#pragma once

#include <string>
#include <vector>

#include "base/fs.h"
#include "base/result.h"
#include "container/engine.h"

namespace whittle {

// An archive with these files, owned by root.
std::string pack_files(const std::vector<PlacedFile>& files);

// An archive of what a folder of this machine holds, with the folder itself as ".": files, folders
// and links with their owners and modes, by name; all else is left out. Limit when the files have
// more than `max_bytes`.
Result<std::string> pack_folder(const fs::path& folder, uint64_t max_bytes);

// The content of an archive's first file. NotFound if it has none.
Result<std::string> unpack_file(std::string archive);

}  // namespace whittle
