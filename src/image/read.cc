#include "image/read.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/stats.h"
#include "base/strings.h"
#include "base/thread_pool.h"
#include "codec/compress.h"
#include "codec/decompress.h"
#include "codec/digest.h"
#include "image/index_builder.h"
#include "image/merger.h"

namespace whittle {

namespace {

Compression compression_of(StreamFormat format) {
  switch (format) {
    case StreamFormat::Plain:
      return Compression::None;
    case StreamFormat::Gzip:
      return Compression::Gzip;
    case StreamFormat::Zstd:
      return Compression::Zstd;
  }
  return Compression::None;
}

// Passes the layer's tar on: to its digest, to the meter, and past the cancellation flag.
class TapSource : public ByteSource {
 public:
  TapSource(ByteSource& inner, Hasher* hasher, GzipMeter::Stream* meter, const CancelToken& cancel)
      : inner_(inner), hasher_(hasher), meter_(meter), cancel_(cancel) {}

  Result<size_t> read(MutableBytes into) override {
    TRY(cancel_.check());
    TRY_ASSIGN(size_t n, inner_.read(into));
    std::string_view bytes(reinterpret_cast<const char*>(into.data()), n);
    if (hasher_ != nullptr) hasher_->update(bytes);
    if (meter_ != nullptr) meter_->add(bytes);
    bytes_ += n;
    return n;
  }

  uint64_t bytes() const { return bytes_; }

 private:
  ByteSource& inner_;
  Hasher* hasher_;  // nullptr where the digest is known otherwise
  GzipMeter::Stream* meter_;
  const CancelToken& cancel_;
  uint64_t bytes_ = 0;
};

// Reports how many stored bytes all layers together have given so far.
class ReadProgress {
 public:
  explicit ReadProgress(Progress& progress) : progress_(progress) {}

  void add(uint64_t bytes) { progress_.update(done_.fetch_add(bytes) + bytes); }

 private:
  Progress& progress_;
  std::atomic<uint64_t> done_{0};
};

class ProgressSource : public ByteSource {
 public:
  ProgressSource(ByteSource& inner, ReadProgress* progress) : inner_(inner), progress_(progress) {}

  Result<size_t> read(MutableBytes into) override {
    TRY_ASSIGN(size_t n, inner_.read(into));
    if (progress_ != nullptr) progress_->add(n);
    return n;
  }

 private:
  ByteSource& inner_;
  ReadProgress* progress_;
};

// One layer's pass over its tar entries.
class LayerPass {
 public:
  LayerPass(const std::vector<size_t>& layers, const ReadOptions& options)
      : layers_(layers), options_(options), hash_(XXH3_createState()) {}

  Status run(ByteSource& tar) {
    TarReader reader(tar, options_.limits);
    for (;;) {
      TRY_ASSIGN(bool is_there, reader.next());
      if (!is_there) break;
      TRY_ASSIGN(Entry * entry, builder_.add(reader.entry()));
      if (entry == nullptr || entry->type != EntryType::File || entry->role != EntryRole::Normal)
        continue;
      // The path stands in the index's growing names, which the content pass does not touch.
      TRY(read_content(reader, *entry, builder_.path(*entry)));
    }
    return reader.drain();
  }

  LayerIndex finish() { return builder_.finish(); }

 private:
  struct FreeState {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };

  Status read_content(TarReader& reader, Entry& entry, std::string_view path) {
    wanted_.clear();
    for (const ContentSubscriber& subscriber : options_.subscribers) {
      if (entry.size_bytes > subscriber.max_bytes || !subscriber.wants(path, entry.size_bytes))
        continue;
      wanted_.push_back(&subscriber);
    }
    if (wanted_.empty() && !options_.hash_contents) return {};
    content_.clear();
    if (options_.hash_contents) XXH3_64bits_reset(hash_.get());
    for (;;) {
      TRY_ASSIGN(std::string_view piece, reader.read_content());
      if (piece.empty()) break;
      if (!wanted_.empty()) content_.append(piece);
      if (!options_.hash_contents) continue;
      if (piece.size() == entry.size_bytes) {
        entry.content_hash = XXH3_64bits(piece.data(), piece.size());
      } else {
        XXH3_64bits_update(hash_.get(), piece.data(), piece.size());
      }
    }
    if (options_.hash_contents && entry.content_hash == 0)
      entry.content_hash = XXH3_64bits_digest(hash_.get());
    for (const ContentSubscriber* subscriber : wanted_) {
      for (size_t layer : layers_) subscriber->receive(layer, path, content_);
    }
    return {};
  }

  const std::vector<size_t>& layers_;
  const ReadOptions& options_;
  IndexBuilder builder_;
  std::unique_ptr<XXH3_state_t, FreeState> hash_;
  std::vector<const ContentSubscriber*> wanted_;
  std::string content_;
};

// What the image says about a layer, to be checked, and who shares the pass.
struct LayerTask {
  std::vector<size_t> layers;
  Digest blob_digest;
  std::optional<uint64_t> blob_bytes;
  Digest diff_id;
};

struct SharedWork {
  GzipMeter* meter = nullptr;
  ReadProgress* progress = nullptr;
};

DigestAlgorithm algorithm_or_default(const Digest& digest) {
  return digest_algorithm(digest).value_or(DigestAlgorithm::Sha256);
}

Error mismatch(std::string_view what, const Digest& want, const Digest& got) {
  return Error(ErrorKind::Invalid,
               fmt::format("the {} is {}, but the image says {}", what, got, want));
}

Status verify(const LayerTask& task, const LayerIndex& index) {
  if (task.blob_bytes && *task.blob_bytes != index.blob_bytes) {
    return Error(ErrorKind::Invalid,
                 fmt::format("the stored layer has {} bytes, but the image says {}",
                             index.blob_bytes,
                             *task.blob_bytes));
  }
  if (!task.blob_digest.empty() && index.blob_digest != task.blob_digest) {
    return mismatch("digest", task.blob_digest, index.blob_digest);
  }
  if (!task.diff_id.empty() && index.diff_id != task.diff_id) {
    return mismatch("diff id", task.diff_id, index.diff_id);
  }
  return {};
}

// A layer that cannot be decoded: if its bytes are not those of its digest, that is the error to
// tell.
Status verify_damaged(ByteSource& hashed, Hasher& hasher, const LayerTask& task) {
  if (task.blob_digest.empty()) return {};
  std::vector<std::byte> buffer(64 * 1024);
  for (;;) {
    TRY_ASSIGN(size_t n, hashed.read(buffer));
    if (n == 0) break;
  }
  Digest digest = hasher.finish();
  if (digest == task.blob_digest) return {};
  return mismatch("digest", task.blob_digest, digest);
}

Result<ReadLayer> read_one(ByteSource& stored,
                           const LayerTask& task,
                           const ReadOptions& options,
                           const SharedWork& shared) {
  static Stat timer_stat("read layer", true);
  static Stat entry_stat("tar entries", false);
  ScopedTimer timer(timer_stat);
  ProgressSource counted(stored, shared.progress);
  Hasher blob_hasher(algorithm_or_default(task.blob_digest));
  Hasher diff_hasher(algorithm_or_default(task.diff_id));
  uint64_t blob_bytes = 0;
  std::unique_ptr<ByteSource> hashed = hashing_source(counted, blob_hasher, blob_bytes);
  TRY_ASSIGN(Decompressed plain, decompress(*hashed, options.limits));
  std::optional<GzipMeter::Stream> measured;
  if (shared.meter != nullptr) measured.emplace(*shared.meter);
  // Stored plainly, the layer's digest is its diff id: hashed once.
  bool is_same = plain.format == StreamFormat::Plain &&
                 algorithm_or_default(task.blob_digest) == algorithm_or_default(task.diff_id);
  TapSource tap(*plain.bytes,
                is_same ? nullptr : &diff_hasher,
                measured ? &*measured : nullptr,
                *options.cancel);
  LayerPass pass(task.layers, options);
  Status passed = pass.run(tap);
  if (!passed.ok() && passed.error().kind() == ErrorKind::Invalid &&
      options.verify == Verify::Always) {
    TRY(verify_damaged(*hashed, blob_hasher, task));
  }
  TRY(passed);
  ReadLayer result;
  result.index = pass.finish();
  result.index.compression = compression_of(plain.format);
  result.index.blob_bytes = blob_bytes;
  result.index.tar_bytes = tap.bytes();
  result.index.blob_digest = blob_hasher.finish();
  result.index.diff_id = is_same ? result.index.blob_digest : diff_hasher.finish();
  if (measured) result.gzip_bytes = measured->finish();
  if (stats_enabled()) entry_stat.add(result.index.entries.size());
  if (options.verify == Verify::Always) TRY(verify(task, result.index));
  return result;
}

// Layers that are the same bytes share one task.
std::vector<LayerTask> make_tasks(const ImageInfo& info) {
  std::vector<LayerTask> tasks;
  std::map<std::pair<Digest, Digest>, size_t> known;
  for (size_t i = 0; i < info.layers.size(); ++i) {
    const Layer& layer = info.layers[i];
    if (!layer.diff_id.empty()) {
      auto [at, is_new] = known.try_emplace({layer.diff_id, layer.blob.digest}, tasks.size());
      if (!is_new) {
        tasks[at->second].layers.push_back(i);
        continue;
      }
    }
    LayerTask& task = tasks.emplace_back();
    task.layers = {i};
    task.blob_digest = layer.blob.digest;
    task.diff_id = layer.diff_id;
    if (!layer.blob.digest.empty()) task.blob_bytes = layer.blob.size;
  }
  return tasks;
}

}  // namespace

Result<ReadLayer> read_layer(ByteSource& stored, size_t layer, const ReadOptions& options) {
  LayerTask task;
  task.layers = {layer};
  std::optional<GzipMeter> meter;
  if (options.measure_gzip) meter.emplace(options.threads);
  return read_one(stored, task, options, {meter ? &*meter : nullptr, nullptr});
}

Result<MergedTree> merge_layers(const std::vector<const LayerIndex*>& layers) {
  static Stat stat("merge layers", true);
  ScopedTimer timer(stat);
  return Merger(layers).run();
}

Result<std::vector<ReadLayer>> read_layers(const Image& image, const ReadOptions& options) {
  const ImageInfo& info = image.info();
  std::vector<LayerTask> tasks = make_tasks(info);
  uint64_t total = 0;
  for (const LayerTask& task : tasks) total += info.layers[task.layers.front()].blob.size;
  options.progress->phase("reading layers", total, "B");
  ReadProgress progress(*options.progress);
  std::optional<GzipMeter> meter;
  if (options.measure_gzip) meter.emplace(options.threads);
  SharedWork shared{meter ? &*meter : nullptr, &progress};
  std::vector<ReadLayer> layers(info.layers.size());
  TRY(parallel_for(tasks.size(), options.threads, *options.cancel, [&](size_t i) -> Status {
    const LayerTask& task = tasks[i];
    std::string where = fmt::format("layer {} of {}", task.layers.front() + 1, info.layers.size());
    Result<std::unique_ptr<ByteSource>> stored = image.open_layer(task.layers.front());
    if (!stored.ok()) return std::move(stored).error().with(where);
    Result<ReadLayer> read = read_one(**stored, task, options, shared);
    if (!read.ok()) return std::move(read).error().with(where);
    for (size_t k = 1; k < task.layers.size(); ++k) layers[task.layers[k]] = *read;
    layers[task.layers.front()] = std::move(*read);
    return {};
  }));
  return layers;
}

}  // namespace whittle
