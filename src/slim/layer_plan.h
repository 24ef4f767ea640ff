// Inside of slim: which entries of which layers a kept node needs.
#pragma once

#include <map>
#include <vector>

#include "model/keep_set.h"
#include "slim/layer_filter.h"

namespace whittle {

// New contents of nodes that are kept.
using NodeEdits = std::map<uint32_t, ContentEdit>;  // by node

// One plan a layer of the tree, so that laid over each other, the filtered layers
// are the merged tree of the kept nodes. Of dead entries those stay that hard links lead to, with
// what hides them; whiteouts stay where they hide something still.
std::vector<LayerPlan> plan_layers(const MergedTree& tree,
                                   const KeepSet& keep,
                                   const NodeEdits& edits);

// True if the whole layer stays as it is.
bool is_untouched(const LayerIndex& layer, const LayerPlan& plan);

}  // namespace whittle
