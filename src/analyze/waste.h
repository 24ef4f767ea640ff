// Inside of analyze: lost and needless files put together into things a person can act on.
#pragma once

#include <vector>

#include "analyze/path_index.h"
#include "model/analysis.h"

namespace whittle {

// From accounts, layers and places of `analysis`; biggest first. Lost files have the cause they
// were lost by, files that are kept and needless (or the same as another one) the cause Kept;
// nothing is in two items. The book-keeping of layer formats is nobody's waste.
std::vector<WasteItem> find_waste(const Analysis& analysis, const PathIndex& paths);

}  // namespace whittle
