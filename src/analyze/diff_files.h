// Inside of analyze: the merged trees of two images compared, path by path.
#pragma once

#include "analyze/diff.h"

namespace whittle {

// By path. Errors: Cancelled, and of reading contents that no hash decides.
Result<std::vector<FileChange>> diff_files(const DiffInput& input);

}  // namespace whittle
