// Inside of image: one pass over a layer's plain tar, into its index.
#pragma once

#include <xxhash.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "image/index_builder.h"
#include "image/read.h"

namespace whittle {

class LayerPass {
 public:
  // `tar` begins at byte `begin` of the layer's tar, where a member does. `layers`: the places in
  // the image of the layer, for the subscribers. With `hash_contents`, all files are hashed. All
  // must outlive the pass. `expected_bytes`: about how much there is to read; 0 if nobody knows.
  LayerPass(ByteSource& tar,
            uint64_t begin,
            const std::vector<size_t>& layers,
            const ReadOptions& options,
            bool hash_contents,
            uint64_t expected_bytes);

  // Reads on to the end of the tar.
  Status run();
  // Reads on until a member begins at byte `end` of the layer's tar that could be read without what
  // comes before it; false if none does, and the whole tar is read then.
  Result<bool> run_until(uint64_t end);
  // Adds what `tail` read to its end, right behind this one's last member. False, and nothing is
  // done, if one pass over both might yield something else: limits are those of a layer.
  bool append(LayerPass& tail);
  // Sizes and digests are not filled.
  LayerIndex finish();

 private:
  struct FreeState {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };

  Status read_member();
  Status read_content(const Entry& entry, std::string_view path);
  bool choose_readers(const FileFacts& file);
  bool still_collects(const FileFacts& file);
  void keep(const Entry& entry, const FileFacts& file);
  bool has_room(const ContentWish& wish, uint64_t bytes) const;

  uint64_t begin_;
  const std::vector<size_t>& layers_;
  const ReadOptions& options_;
  bool hash_contents_;
  TarReader reader_;
  IndexBuilder builder_;
  std::unique_ptr<XXH3_state_t, FreeState> hash_;
  std::vector<const ContentSubscriber*> wanted_;
  std::vector<Keep> keep_;  // by wish
  std::array<uint64_t, kTopics> kept_bytes_{};
  std::string content_;
};

}  // namespace whittle
