// One file's content on demand: what a viewer shows, a comparison hashes, an extraction writes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/limits.h"
#include "image/source.h"
#include "model/tree.h"

namespace whittle {

struct ContentOptions {
  Limits limits;
  uint64_t max_bytes = 16ULL << 20;     // per file; Limit beyond
  const CancelToken* cancel = nullptr;  // required
};

// The content of a regular file of one layer. An uncompressed layer that can be read at random
// costs one read; any other one costs the stream up to the file.
Result<std::string> read_content(const Image& image,
                                 const LayerIndex& index,
                                 size_t layer,
                                 EntryId entry,
                                 const ContentOptions& options);

// XXH3-64 of the contents of several regular files, in the order asked for; each layer is opened
// once, files that are not asked for are passed over. `indexes` as the image's layers.
Result<std::vector<uint64_t>> hash_contents(const Image& image,
                                            const std::vector<const LayerIndex*>& indexes,
                                            const std::vector<EntryRef>& files,
                                            const ContentOptions& options);

// The contents of several regular files, one after the other in the order of layers and entries;
// each layer is opened once. An error of `receive` ends it.
Status each_content(const Image& image,
                    const std::vector<const LayerIndex*>& indexes,
                    const std::vector<EntryRef>& files,
                    const ContentOptions& options,
                    const std::function<Status(EntryRef file, std::string content)>& receive);

}  // namespace whittle
