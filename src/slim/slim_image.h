// The slim twin of an image, as an image: its layers filtered, or several of them made one, its
// configuration the same but for what says so. New layers lie in unnamed temporary files that go
// with the object.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "image/source.h"
#include "model/keep_set.h"
#include "slim/layer_plan.h"

namespace whittle {

struct SlimImageInput {
  const Image& original;  // must outlive the result
  const MergedTree& tree;
  const KeepSet& keep;
  NodeEdits edits = {};
  // Layers that become one: each group ends before the layer of that number, the last behind the
  // last layer. Empty: each layer for itself.
  std::vector<uint32_t> group_ends = {};
  std::string comment = {};                        // of the history's new last entry
  std::map<std::string, std::string> labels = {};  // added to the configuration
  Limits limits = {};
  unsigned threads = 1;
  const CancelToken* cancel = nullptr;  // required
  Progress* progress = nullptr;         // required
};

struct SlimImage {
  std::unique_ptr<Image> image;
  size_t reused_layers = 0;    // byte for byte
  uint64_t content_bytes = 0;  // of all files of all layers
};

// Deterministic: same input, same digests. A layer of which nothing stays is left out, and its
// history says that it made none; so does that of a group's layers but the last.
Result<SlimImage> make_slim_image(SlimImageInput input);

}  // namespace whittle
