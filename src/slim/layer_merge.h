// Inside of slim: which entries a layer of the result holds that stands for several layers of the
// original. Nothing is in it twice, so no whiteouts are needed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/keep_set.h"
#include "slim/layer_plan.h"

namespace whittle {

struct MergedLayerPlan {
  // Some entries of one layer of the original.
  struct Part {
    uint32_t layer = 0;
    LayerPlan plan;
  };

  std::string folders;      // headers, parents first
  std::vector<Part> parts;  // files, symbolic links, devices; the lowest layer first
  std::string links;        // headers of hard links

  bool is_empty() const { return folders.empty() && parts.empty() && links.empty(); }
};

// One plan a group of layers: group g ends before layer group_ends[g], the last one behind the last
// layer. Laid over each other, they are the merged tree of the kept nodes. A folder is in the group
// that its attributes come from and in those that have something below it; a lower group has it
// only for what it holds itself, so that images that keep the same of a base have the same layer
// for it. A name that a hard link leads to and that is gone gives way to the first that stays.
std::vector<MergedLayerPlan> plan_merged_layers(const MergedTree& tree,
                                                const KeepSet& keep,
                                                const NodeEdits& edits,
                                                const std::vector<uint32_t>& group_ends);

}  // namespace whittle
