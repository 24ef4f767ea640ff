// Inside of engine: what a report of `slim` says of the kept set, counted.
#pragma once

#include "analyze/read_image.h"
#include "model/slim_report.h"

namespace whittle {

// Files and bytes by tier, reason and package.
void count_kept(const ReadImage& read, const KeepSet& keep, SlimReport& report);

// Contents of all files of a tree, every content once.
SlimBytes tree_bytes(const MergedTree& tree);

}  // namespace whittle
