// Files on their way into and out of containers, as tar archives in memory.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "container/engine.h"

namespace whittle {

// An archive with these files, owned by root.
std::string pack_files(const std::vector<PlacedFile>& files);

// The content of an archive's first file. NotFound if it has none.
Result<std::string> unpack_file(std::string archive);

}  // namespace whittle
