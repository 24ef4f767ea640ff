// Remembers layer indexes by diff id, so that a layer is read once on a machine. A folder of
// immutable files, one an entry, named by what they are about: written beside their place and
// renamed, read without locks by any number of processes, the least recently used removed first.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/fs.h"
#include "base/result.h"
#include "image/read.h"
#include "model/image.h"
#include "model/layer_index.h"

namespace whittle {

// Thread-safe. A damaged, foreign or older entry counts as absent; what cannot be written is not
// remembered: a cache never makes a command fail.
class LayerCache {
 public:
  static constexpr uint64_t kDefaultMaxBytes = 2ULL << 30;

  // `$WHITTLE_CACHE_DIR`, else `$XDG_CACHE_HOME/whittle`, else `~/.cache/whittle`; "" without a
  // home. A cache in "" remembers nothing.
  static fs::path default_folder();
  // The folder is made with mode 0700 when something is first stored.
  static std::shared_ptr<const LayerCache> open(fs::path folder,
                                                uint64_t max_bytes = kDefaultMaxBytes);

  virtual ~LayerCache() = default;
  virtual const fs::path& folder() const = 0;

  // The index of a layer that keeps contents of `topics`. With `needs_hashes`, one without is
  // absent; with `needs_verified`, one whose bytes were not held against the diff id is.
  // Such ones come from local images that were only looked at, under the diff id that the image
  // states. They stand apart: no verified read sees them, and they never take a verified one's
  // place.
  virtual std::optional<LayerIndex> find(const Digest& diff_id,
                                         const KeptTopics& topics,
                                         bool needs_hashes,
                                         bool needs_verified) const = 0;
  // Nothing is stored for an index without a well-formed diff id, or one that was only listed. What
  // an earlier index of the same entries knows beyond it (hashes, other topics) is taken over.
  virtual void store(const LayerIndex& index, const KeptTopics& topics) const = 0;

  // Small documents by digest (configurations, manifests): the bytes are verified on reading.
  virtual std::optional<std::string> find_blob(const Digest& digest) const = 0;
  virtual void store_blob(const Digest& digest, std::string_view bytes) const = 0;

  // Removes the least recently used entries until at most `max_bytes` are left; returns what is
  // left.
  virtual uint64_t trim() const = 0;
};

}  // namespace whittle
