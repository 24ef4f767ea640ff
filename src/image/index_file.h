// Inside of image: a layer index as a file of the cache. The flat vectors are written as they lie
// in memory and are read where they lie in the mapped file: it is good for the machine and the
// version that wrote it, and nothing for any other.
#pragma once

#include <optional>

#include "base/result.h"
#include "model/content_topic.h"
#include "model/layer_index.h"

namespace whittle {

struct IndexFile {
  LayerIndex index;
  KeptTopics topics;
};

// Writes to an empty file.
Status write_index(int fd, const LayerIndex& index, const KeptTopics& topics);

// Whether both are of the same layer, entry by entry; hashes and what is kept may differ.
bool has_same_entries(const LayerIndex& a, const LayerIndex& b);

// Adds what `older`, an index of the same entries, knows beyond `newer`: hashes, and the contents
// of topics that `newer` has nothing of, or fewer sets in the same version.
void add_from(const IndexFile& older, IndexFile& newer);

// Nothing for what is no whole, undamaged file of this version: every offset and every enumerator
// lies within its bounds, whatever the bytes are. The index holds the file mapped, not the
// descriptor.
std::optional<IndexFile> read_index(int fd);

// Makes the checksum of a file in memory right: for tests of what lies behind it. False if it is
// too short to have one.
bool seal_index(std::string& file);

}  // namespace whittle
