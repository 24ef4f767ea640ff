// Inside of engine: an image read for slimming: its layers, its tree, its packages, and what its
// files say of each other.
#pragma once

#include <memory>
#include <set>
#include <string_view>

#include "analyze/read_image.h"
#include "engine/inspect.h"
#include "model/reach.h"
#include "model/tree_paths.h"
#include "slim/depends.h"
#include "slim/keep.h"

namespace whittle {

struct SlimSource {
  std::unique_ptr<Image> image;
  std::shared_ptr<const ReadImage> read;
  FileContents contents;
  Reach reach;
};

// Every byte is held against its digest. Nothing is known of needs yet.
Result<SlimSource> read_slim_source(const InspectOptions& options);

// Parts of a JDK (packages/java_parts.h) that no file which stays names.
std::set<std::string_view> unused_java_parts(const SlimSource& source,
                                             const TreePaths& paths,
                                             const KeepSet& keep);

// Programs and libraries that have symbols or debug data.
std::vector<NodeId> files_with_symbols(const TreePaths& paths);

// Fills SlimSource::reach. `used`: files that runs used. `left_out`: files that nothing leads to.
void find_needs(SlimSource& source,
                const KeepRules& rules,
                std::vector<NodeId> used,
                std::vector<NodeId> left_out);

}  // namespace whittle
