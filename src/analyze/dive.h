// Inside of analyze: the figures of dive v0.13, to the last digit.
#pragma once

#include "analyze/path_index.h"
#include "model/analysis.h"

namespace whittle {

// What dive counts, as its source has it (dive/filetree/efficiency.go, file_tree.go of v0.13.1):
// - every leaf of a layer's own tree counts under its path with the size that its header states:
//   files, links, empty folders, whiteouts; folders that no entry names count 0;
// - a whiteout counts what the folder it removes held (in all layers below it, laid over each other
//   dive's way), and 0 for a file; one that removes nothing ends the layer's count;
// - opaque markers remove nothing; a file in a folder's place keeps what was below the folder; a
//   folder that a layer only implies is no folder any more;
// - files that were seen twice or more are the inefficient ones.
// Takes time in the number of entries.
DiveCompat dive_figures(const std::vector<const LayerIndex*>& layers, const PathIndex& paths);

// Whether dive_figures() keeps the layers laid over each other, up to the last such one: 12 bytes a
// path.
bool has_whiteouts(const LayerIndex* layer);

}  // namespace whittle
