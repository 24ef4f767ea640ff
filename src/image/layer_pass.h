// Inside of image: one pass over a layer's plain tar, into its index.
#pragma once

#include <xxhash.h>

#include <memory>
#include <string>
#include <vector>

#include "image/index_builder.h"
#include "image/read.h"

namespace whittle {

class LayerPass {
 public:
  // `layers`: the places in the image of the layer, for the subscribers. With `hash_contents`, all
  // files are hashed. All must outlive the pass. `expected_bytes`: about how long the tar is; 0 if
  // nobody knows.
  LayerPass(const std::vector<size_t>& layers,
            const ReadOptions& options,
            bool hash_contents,
            uint64_t expected_bytes);

  Status run(ByteSource& tar);
  // Sizes and digests are not filled.
  LayerIndex finish();

 private:
  struct FreeState {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };

  Status read_content(TarReader& reader, Entry& entry, std::string_view path);
  bool choose_readers(const Entry& entry, std::string_view path);

  const std::vector<size_t>& layers_;
  const ReadOptions& options_;
  bool hash_contents_;
  IndexBuilder builder_;
  std::unique_ptr<XXH3_state_t, FreeState> hash_;
  std::vector<const ContentSubscriber*> wanted_;
  bool keeps_ = false;
  std::string content_;
};

}  // namespace whittle
