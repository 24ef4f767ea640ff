// All paths of all layers as one tree for the html page: what is in the container, what was lost
// and where. A tree of any size becomes a document of a bounded size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "model/analysis.h"

namespace whittle {

struct PageTree {
  // A JSON object of columns, one value a node, parents before children, siblings by name:
  // names, depth, type (0 folder, 1 file, 2 symlink, 3 hard link, 4 other, 5 the smaller files of a
  // folder, summed up), final and lost bytes, layer, kind, cause, mode, owner (into `owners`),
  // files (of type 5). By node, where there is something to say: links (targets), versions ([layer,
  // bytes, cause, killer]...).
  std::string json;
  uint64_t folded = 0;  // paths that were summed up
};

// At most `max_nodes` paths of their own, those with the most bytes, and not many more than
// `max_bytes` of JSON. Not escaped for HTML. The same for the same analysis.
PageTree page_tree(const Analysis& analysis, size_t max_nodes, size_t max_bytes);

}  // namespace whittle
