// Inside of image: reads one layer's stored bytes: digest, decompression, digest again, tar
// entries; one after the other on one thread, or side by side on several.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "codec/compress.h"
#include "codec/decompress.h"
#include "codec/digest.h"
#include "image/read.h"
#include "image/stage.h"

namespace whittle {

// What the image says about a layer, to be checked, and who shares the pass.
struct LayerTask {
  std::vector<size_t> layers;  // places in the image: the same bytes
  Digest blob_digest;
  std::optional<uint64_t> blob_bytes;
  Digest diff_id;
  uint64_t about_bytes = 0;  // of the stored layer, as far as the source knows
};

// Reports how many stored bytes all layers together have given so far. Thread-safe.
class ReadProgress {
 public:
  explicit ReadProgress(Progress& progress) : progress_(progress) {}

  void add(uint64_t bytes) { progress_.update(done_.fetch_add(bytes) + bytes); }

 private:
  Progress& progress_;
  std::atomic<uint64_t> done_{0};
};

// What the layers of one read share.
struct SharedWork {
  GzipMeter* meter = nullptr;
  ReadProgress* progress = nullptr;
  bool computes_digests = true;
  bool checks_digests = true;
};

class LayerPass;

class LayerReader {
 public:
  // All must outlive the reader.
  LayerReader(ByteSource& stored,
              const LayerTask& task,
              const ReadOptions& options,
              const SharedWork& shared);
  Result<ReadLayer> run();

 private:
  // Counts bytes, and looks at the cancellation flag.
  class Counter : public ByteSource {
   public:
    Counter(ByteSource& inner, const CancelToken& cancel, ReadProgress* progress)
        : inner_(inner), cancel_(cancel), progress_(progress) {}

    ~Counter() override { report(); }

    Result<size_t> read(MutableBytes into) override;
    uint64_t skip(uint64_t count) override;
    Result<Bytes> look(size_t count) override;

    bool can_skip() const override { return inner_.can_skip(); }

    uint64_t bytes() const { return bytes_; }

   private:
    uint64_t add(uint64_t count);
    void report();

    ByteSource& inner_;
    const CancelToken& cancel_;
    ReadProgress* progress_;  // may be null
    uint64_t bytes_ = 0;
    uint64_t reported_ = 0;
  };

  // Passes what is read on to listeners, on the reader's thread.
  class Tap : public ByteSource {
   public:
    Tap(ByteSource& inner, std::vector<ReadStage::Listener> listeners)
        : inner_(inner), listeners_(std::move(listeners)) {}

    Result<size_t> read(MutableBytes into) override;

    uint64_t skip(uint64_t count) override { return can_skip() ? inner_.skip(count) : 0; }

    Result<Bytes> look(size_t count) override {
      return listeners_.empty() ? inner_.look(count) : Bytes();
    }

    bool can_skip() const override { return listeners_.empty() && inner_.can_skip(); }

   private:
    ByteSource& inner_;
    std::vector<ReadStage::Listener> listeners_;
  };

  bool uses_stages() const;
  Status open();
  std::vector<ReadStage::Listener> plain_listeners();
  Status pass(ReadLayer& result);
  bool may_split() const;
  Result<std::optional<uint64_t>> pass_halves(LayerPass& entries);
  Status finish_input();
  Status verify(const LayerIndex& index) const;
  Status explain_damage();

  const ByteSource& stored_;
  const LayerTask& task_;
  const ReadOptions& options_;
  const SharedWork& shared_;
  Hasher blob_hasher_;
  Hasher diff_hasher_;
  bool is_same_digest_ = false;  // stored plainly: the layer's digest is its diff id
  std::optional<GzipMeter::Stream> meter_;

  // In the order of the bytes' way; each refers to the one before.
  Counter counter_;
  std::unique_ptr<ByteSource> hashed_;
  std::optional<ReadStage> input_stage_;
  ByteSource* input_ = nullptr;
  Decompressed plain_;
  std::optional<ReadStage> plain_stage_;
  std::optional<Tap> tap_;
};

}  // namespace whittle
