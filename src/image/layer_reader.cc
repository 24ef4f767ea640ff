#include "image/layer_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/stats.h"
#include "base/thread_pool.h"
#include "image/layer_pass.h"
#include "image/split_layer.h"
#include "image/stored_format.h"

namespace whittle {

namespace {

// Smaller layers are read on one thread.
constexpr uint64_t kMinStagedBytes = 1 << 20;
constexpr uint64_t kMinSplitBytes = 64 << 20;
constexpr uint64_t kReportedBytes = 1 << 20;
constexpr uint64_t kUsualRatio = 3;  // of a layer's plain bytes to its compressed ones
constexpr uint64_t kMostExpected = 1ULL << 40;

DigestAlgorithm algorithm_or_default(const Digest& digest) {
  return digest_algorithm(digest).value_or(DigestAlgorithm::Sha256);
}

Error mismatch(std::string_view what, const Digest& want, const Digest& got) {
  return Error(ErrorKind::Invalid,
               fmt::format("the {} is {}, but the image says {}", what, got, want));
}

class PlainCounter : public ByteSource {
 public:
  explicit PlainCounter(ByteSource& inner) : inner_(inner) {}

  Result<size_t> read(MutableBytes into) override {
    TRY_ASSIGN(size_t n, inner_.read(into));
    bytes_ += n;
    return n;
  }

  uint64_t skip(uint64_t count) override {
    uint64_t n = inner_.skip(count);
    bytes_ += n;
    return n;
  }

  Result<Bytes> look(size_t count) override { return inner_.look(count); }

  bool can_skip() const override { return inner_.can_skip(); }

  uint64_t bytes() const { return bytes_; }

 private:
  ByteSource& inner_;
  uint64_t bytes_ = 0;
};

}  // namespace

Result<size_t> LayerReader::Counter::read(MutableBytes into) {
  TRY(cancel_.check());
  TRY_ASSIGN(size_t n, inner_.read(into));
  add(n);
  return n;
}

uint64_t LayerReader::Counter::skip(uint64_t count) {
  return add(inner_.skip(count));
}

Result<Bytes> LayerReader::Counter::look(size_t count) {
  TRY(cancel_.check());
  return inner_.look(count);
}

uint64_t LayerReader::Counter::add(uint64_t count) {
  bytes_ += count;
  if (bytes_ - reported_ >= kReportedBytes) report();
  return count;
}

// All readers share the progress: one that told of every header would wait for the others' ones.
void LayerReader::Counter::report() {
  if (progress_ != nullptr) progress_->add(bytes_ - reported_);
  reported_ = bytes_;
}

Result<size_t> LayerReader::Tap::read(MutableBytes into) {
  TRY_ASSIGN(size_t n, inner_.read(into));
  std::string_view bytes(reinterpret_cast<const char*>(into.data()), n);
  for (const ReadStage::Listener& listener : listeners_) listener(bytes);
  return n;
}

LayerReader::LayerReader(ByteSource& stored,
                         const LayerTask& task,
                         const ReadOptions& options,
                         const SharedWork& shared)
    : stored_(stored),
      task_(task),
      options_(options),
      shared_(shared),
      blob_hasher_(algorithm_or_default(task.blob_digest)),
      diff_hasher_(algorithm_or_default(task.diff_id)),
      counter_(stored, *options.cancel, shared.progress) {
  if (shared.meter != nullptr) meter_.emplace(*shared.meter);
}

bool LayerReader::uses_stages() const {
  return options_.threads > 1 && task_.blob_bytes.value_or(kMinStagedBytes) >= kMinStagedBytes;
}

std::vector<ReadStage::Listener> LayerReader::plain_listeners() {
  std::vector<ReadStage::Listener> listeners;
  if (shared_.computes_digests && !is_same_digest_)
    listeners.emplace_back([this](std::string_view bytes) { diff_hasher_.update(bytes); });
  if (meter_) listeners.emplace_back([this](std::string_view bytes) { meter_->add(bytes); });
  return listeners;
}

// Builds the way of the bytes: [count, hash] -> [decompress] -> [hash] and [entries], each in
// brackets on its own thread where there are several.
Status LayerReader::open() {
  input_ = &counter_;
  if (shared_.computes_digests) {
    hashed_ = std::make_unique<Tap>(
        counter_, std::vector<ReadStage::Listener>{[this](std::string_view bytes) {
          blob_hasher_.update(bytes);
        }});
    input_ = hashed_.get();
    if (uses_stages()) input_ = &input_stage_.emplace(*input_);
  }
  TRY_ASSIGN(plain_, decompress(*input_, options_.limits));
  bool is_plain = plain_.format == StreamFormat::Plain;
  is_same_digest_ =
      is_plain && algorithm_or_default(task_.blob_digest) == algorithm_or_default(task_.diff_id);
  std::vector<ReadStage::Listener> listeners = plain_listeners();
  if (uses_stages() && (!is_plain || !listeners.empty())) {
    plain_stage_.emplace(*plain_.bytes, std::move(listeners));
  } else {
    tap_.emplace(*plain_.bytes, std::move(listeners));
  }
  return {};
}

Status LayerReader::pass(ReadLayer& result) {
  TRY(open());
  PlainCounter tar(plain_stage_ ? static_cast<ByteSource&>(*plain_stage_)
                                : static_cast<ByteSource&>(*tap_));
  uint64_t factor = plain_.format == StreamFormat::Plain ? 1 : kUsualRatio;
  LayerPass entries(tar,
                    0,
                    task_.layers,
                    options_,
                    options_.hash_contents || !tar.can_skip(),
                    std::min(task_.about_bytes, kMostExpected) * factor);
  TRY_ASSIGN(std::optional<uint64_t> halves_bytes, pass_halves(entries));
  if (!halves_bytes) TRY(entries.run());
  if (plain_stage_) plain_stage_->finish();
  TRY(finish_input());
  result.index = entries.finish();
  result.index.compression = compression_of(plain_.format);
  result.index.tar_bytes = halves_bytes.value_or(tar.bytes());
  result.index.blob_bytes = halves_bytes.value_or(counter_.bytes());
  return {};
}

// Whether nobody needs the bytes in their order, and there are enough of them for two threads.
bool LayerReader::may_split() const {
  return options_.threads > 1 && task_.about_bytes >= kMinSplitBytes && !options_.hash_contents &&
         options_.subscribers.empty() && plain_.format == StreamFormat::Plain && tap_ &&
         tap_->can_skip();
}

// Reads both halves of the layer at once; returns how long it is. Nothing if that did not come out
// well: then the second half is still to be read, and only who reads everything in order can tell
// what is wrong there.
Result<std::optional<uint64_t>> LayerReader::pass_halves(LayerPass& entries) {
  std::optional<uint64_t> half;
  if (may_split()) half = find_member(stored_, task_.about_bytes / 2, options_.limits);
  if (!half) return std::optional<uint64_t>();
  std::unique_ptr<ByteSource> source = stored_.from(*half);
  Counter tar(*source, *options_.cancel, shared_.progress);
  LayerPass tail(tar, *half, task_.layers, options_, false, task_.about_bytes / 2);
  bool has_met = false;
  bool has_tail = false;
  TRY(parallel_for(2, 2, *options_.cancel, [&](size_t half_at) -> Status {
    if (half_at == 1) {
      has_tail = tail.run().ok();
    } else {
      TRY_ASSIGN(has_met, entries.run_until(*half));
    }
    return {};
  }));
  uint64_t bytes = *half + tar.bytes();
  if (!has_met) return std::optional<uint64_t>();
  bool is_whole = has_tail && bytes <= options_.limits.max_layer_bytes && entries.append(tail);
  return is_whole ? std::optional(bytes) : std::nullopt;
}

// Reads the stored bytes to their end; then their hasher has seen all.
Status LayerReader::finish_input() {
  if (input_ == nullptr || !shared_.computes_digests) return {};
  std::vector<std::byte> rest(64 * 1024);
  for (;;) {
    TRY_ASSIGN(size_t n, input_->read(rest));
    if (n == 0) break;
  }
  if (input_stage_) input_stage_->finish();
  return {};
}

Result<ReadLayer> LayerReader::run() {
  static Stat timer_stat("read layer", true);
  static Stat entry_stat("tar entries", false);
  ScopedTimer timer(timer_stat);
  ReadLayer result;
  Status passed = pass(result);
  if (!passed.ok() && passed.error().kind() == ErrorKind::Invalid && shared_.checks_digests)
    TRY(explain_damage());
  TRY(passed);
  LayerIndex& index = result.index;
  index.is_verified = shared_.computes_digests;
  index.blob_digest = shared_.computes_digests ? blob_hasher_.finish() : task_.blob_digest;
  if (!shared_.computes_digests) {
    index.diff_id = task_.diff_id;
  } else {
    index.diff_id = is_same_digest_ ? index.blob_digest : diff_hasher_.finish();
  }
  if (meter_) result.gzip_bytes = meter_->finish();
  if (stats_enabled()) entry_stat.add(index.entries.size());
  if (shared_.checks_digests) TRY(verify(index));
  return result;
}

Status LayerReader::verify(const LayerIndex& index) const {
  if (task_.blob_bytes && *task_.blob_bytes != index.blob_bytes) {
    return Error(ErrorKind::Invalid,
                 fmt::format("the stored layer has {} bytes, but the image says {}",
                             index.blob_bytes,
                             *task_.blob_bytes));
  }
  if (!task_.blob_digest.empty() && index.blob_digest != task_.blob_digest) {
    return mismatch("digest", task_.blob_digest, index.blob_digest);
  }
  if (!task_.diff_id.empty() && index.diff_id != task_.diff_id) {
    return mismatch("diff id", task_.diff_id, index.diff_id);
  }
  return {};
}

// A layer that cannot be decoded: if its bytes are not those of its digest, that is the error to
// tell.
Status LayerReader::explain_damage() {
  if (task_.blob_digest.empty()) return {};
  plain_stage_.reset();  // it reads the input
  TRY(finish_input());
  Digest digest = blob_hasher_.finish();
  if (digest == task_.blob_digest) return {};
  return mismatch("digest", task_.blob_digest, digest);
}

}  // namespace whittle
