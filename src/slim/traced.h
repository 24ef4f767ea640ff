// What runs say: the paths that an image's programs used, as wishes to keep; and what the programs
// of a slim image looked for and did not find, though the original has it.
#pragma once

#include <string>
#include <vector>

#include "model/keep_set.h"
#include "model/package.h"
#include "model/trace.h"
#include "model/tree_paths.h"
#include "slim/keep.h"

namespace whittle {

// Everything of the image that the runs used: opened, executed, looked at, tested, or changed. Of
// folders that were read the names in them, but for folders of modules and folders of
// /usr that several packages share: readers of those look for what they know by name. Failed
// look-ups ask for nothing, and what a run made itself is no part of the image. Sorted by path.
std::vector<KeepWish> wishes_of(const Trace& trace,
                                const TreePaths& paths,
                                const PackageCatalog& packages);

// What a run of the image that `keep` describes missed. Sorted by path, each once.
std::vector<KeepWish> misses_of(const Trace& trace, const TreePaths& paths, const KeepSet& keep);

// The files among them whose content was used, for ReachInput::used.
std::vector<NodeId> files_used(const std::vector<KeepWish>& wishes, const TreePaths& paths);

}  // namespace whittle
