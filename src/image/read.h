// Reading an image's layers: one pass each, into indexes, with the contents that subscribers asked
// for.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/limits.h"
#include "base/progress.h"
#include "image/source.h"
#include "model/content_topic.h"
#include "model/layer_index.h"
#include "model/tree.h"

namespace whittle {

// Someone who wants file contents from the pass. Called while the layer is read, from the thread
// that reads it; layers are read in parallel, so the callbacks must be thread-safe. The content is
// only valid during the call.
struct ContentSubscriber {
  // Wants this file? `path` is clean and relative.
  std::function<bool(std::string_view path, uint64_t size_bytes)> wants;
  // Bigger files are skipped.
  uint64_t max_bytes = 1 << 20;
  std::function<void(size_t layer, std::string_view path, std::string_view content)> receive;
};

struct ReadLayer;

enum class Verify {
  Always,  // digests and diff ids must match what the image says (Invalid otherwise)
  Remote,  // only what came over a network; nothing else is hashed, its digests are taken as stated
};

struct ReadOptions {
  Limits limits;
  unsigned threads = 1;
  // Fills Entry::content_hash (XXH3-64). Without it, hashes are still filled where they cost
  // nothing because the content passes by anyway (compressed layers, streams): see
  // LayerIndex::has_hashes.
  bool hash_contents = false;
  Verify verify = Verify::Always;
  ContentWishes keep;  // fills LayerIndex::kept
  // Asked first, and told what was read; null: none. Verify::Always reads the bytes all the same,
  // as do subscribers and measure_gzip.
  std::shared_ptr<const LayerCache> cache;
  // A layer that cannot be read (foreign, encrypted, missing, damaged, not what its digest says)
  // yields an empty index and ReadLayer::unread instead of an error.
  bool allow_unread = false;
  // Called once a layer when it is there, from the thread that read it; in any order.
  std::function<void(size_t layer, const ReadLayer& read)> on_layer;
  bool measure_gzip =
      false;  // fills ReadLayer::gzip_bytes (the layer's bytes are read, cached or not)
  std::vector<ContentSubscriber> subscribers;
  const CancelToken* cancel = nullptr;  // required
  Progress* progress = nullptr;         // required
};

struct ReadLayer {
  LayerIndex index;
  std::string unread;  // why the content is not known; "" when it is
  // Size of the layer's tar as gzip level 6 (libdeflate, 1 MiB members): within 1 % of what engines
  // push. 0 unless asked.
  uint64_t gzip_bytes = 0;
};

// One layer's stored bytes: decompress by magic bytes, digests (with Verify::Always), tar entries.
// Errors carry what and where; a layer that breaks the rules of tar or OCI is Invalid, never a
// wrong answer.
Result<ReadLayer> read_layer(ByteSource& stored, size_t layer, const ReadOptions& options);

// All layers, in parallel; a diff id that comes twice is read once.
Result<std::vector<ReadLayer>> read_layers(const Image& image, const ReadOptions& options);

// Lays the layers over each other by the OCI rules whatever the order of entries. The indexes must
// outlive the tree. Errors: Invalid for what no engine would unpack (a hard link to nothing, an
// entry below a file). Above a layer that could not be read, a hard link to nothing stands for
// itself.
Result<MergedTree> merge_layers(const std::vector<const LayerIndex*>& layers);

}  // namespace whittle
