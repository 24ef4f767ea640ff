#include "image/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/stats.h"
#include "base/strings.h"
#include "base/thread_pool.h"
#include "image/cache.h"
#include "image/layer_reader.h"
#include "image/merger.h"
#include "image/stored_format.h"

namespace whittle {

namespace {

// Layers that are the same bytes share one task. The biggest first, so that none is left to one
// thread at the end.
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
    task.about_bytes = layer.blob.size;
  }
  std::stable_sort(tasks.begin(), tasks.end(), [](const LayerTask& a, const LayerTask& b) {
    return a.about_bytes > b.about_bytes;
  });
  return tasks;
}

// All layers of one image.
class ImageReader {
 public:
  ImageReader(const Image& image, const ReadOptions& options)
      : image_(image), options_(options), progress_(*options.progress) {
    if (options.measure_gzip) meter_.emplace(options.threads);
    bool verifies = options.verify == Verify::Always || image.is_remote();
    shared_ = {meter_ ? &*meter_ : nullptr, &progress_, verifies, verifies};
    bool needs_bytes =
        options.verify == Verify::Always || options.measure_gzip || !options.subscribers.empty();
    may_ask_cache_ = options.cache != nullptr && !needs_bytes;
    may_list_ = !needs_bytes && !options.hash_contents;
    options_.hash_contents = options.hash_contents || image.is_costly();
  }

  Result<std::vector<ReadLayer>> run();

 private:
  const ImageInfo& info() const { return image_.info(); }

  Result<ReadLayer> read(const LayerTask& task);
  Result<ReadLayer> read_bytes(const LayerTask& task);
  std::optional<LayerIndex> find_cached(const LayerTask& task);
  void describe_blob(const LayerTask& task, LayerIndex& index) const;
  ReadLayer unread(const LayerTask& task, const Error& why) const;
  void hand_over(const LayerTask& task, ReadLayer read, std::vector<ReadLayer>& layers) const;

  const Image& image_;
  ReadOptions options_;
  ReadProgress progress_;
  std::optional<GzipMeter> meter_;
  SharedWork shared_;
  bool may_ask_cache_ = false;
  bool may_list_ = false;
};

Result<std::vector<ReadLayer>> ImageReader::run() {
  std::vector<LayerTask> tasks = make_tasks(info());
  uint64_t total = 0;
  for (const LayerTask& task : tasks) total += info().layers[task.layers.front()].blob.size;
  options_.progress->phase("reading layers", total, "B");
  std::vector<ReadLayer> layers(info().layers.size());
  TRY(parallel_for(tasks.size(), options_.threads, *options_.cancel, [&](size_t i) -> Status {
    Result<ReadLayer> one = read(tasks[i]);
    if (one.ok()) {
      hand_over(tasks[i], std::move(*one), layers);
      return {};
    }
    ErrorKind kind = one.error().kind();
    bool is_fatal = kind == ErrorKind::Cancelled || kind == ErrorKind::Limit;
    if (options_.allow_unread && !is_fatal) {
      hand_over(tasks[i], unread(tasks[i], one.error()), layers);
      return {};
    }
    return std::move(one).error().with(
        fmt::format("layer {} of {}", tasks[i].layers.front() + 1, info().layers.size()));
  }));
  return layers;
}

void ImageReader::hand_over(const LayerTask& task,
                            ReadLayer read,
                            std::vector<ReadLayer>& layers) const {
  for (size_t k = 1; k < task.layers.size(); ++k) layers[task.layers[k]] = read;
  layers[task.layers.front()] = std::move(read);
  if (!options_.on_layer) return;
  for (size_t layer : task.layers) options_.on_layer(layer, layers[layer]);
}

Result<ReadLayer> ImageReader::read(const LayerTask& task) {
  const Layer& layer = info().layers[task.layers.front()];
  if (layer.availability != Availability::Here) {
    std::string why = layer.why_unavailable.empty() ? "is not here" : layer.why_unavailable;
    return Error(ErrorKind::NotFound, std::move(why));
  }
  if (std::optional<LayerIndex> cached = find_cached(task)) {
    progress_.add(layer.blob.size);
    return ReadLayer{std::move(*cached), "", 0};
  }
  if (may_list_) {
    TRY_ASSIGN(std::optional<LayerIndex> listed, image_.list_layer(task.layers.front()));
    if (listed) {
      progress_.add(layer.blob.size);
      return ReadLayer{std::move(*listed), "", 0};
    }
  }
  TRY_ASSIGN(ReadLayer read, read_bytes(task));
  if (options_.cache != nullptr) options_.cache->store(read.index, KeptTopics::of(options_.keep));
  return read;
}

Result<ReadLayer> ImageReader::read_bytes(const LayerTask& task) {
  TRY_ASSIGN(std::unique_ptr<ByteSource> stored, image_.open_layer(task.layers.front()));
  return LayerReader(*stored, task, options_, shared_).run();
}

std::optional<LayerIndex> ImageReader::find_cached(const LayerTask& task) {
  if (!may_ask_cache_ || task.diff_id.empty()) return std::nullopt;
  std::optional<LayerIndex> index = options_.cache->find(
      task.diff_id, KeptTopics::of(options_.keep), options_.hash_contents, image_.is_remote());
  if (index) describe_blob(task, *index);
  return index;
}

// The same layer may have been stored in another form when its index was made.
void ImageReader::describe_blob(const LayerTask& task, LayerIndex& index) const {
  const Descriptor& blob = info().layers[task.layers.front()].blob;
  bool is_same_blob = !blob.digest.empty() && blob.digest == index.blob_digest;
  if (is_same_blob) return;
  index.blob_digest = blob.digest;
  std::optional<Compression> compression;
  if (blob.media_type.ends_with("gzip")) compression = Compression::Gzip;
  if (blob.media_type.ends_with("+zstd")) compression = Compression::Zstd;
  if (!image_.is_remote() && !image_.is_costly()) {
    std::string magic(4, '\0');
    Result<std::unique_ptr<ByteSource>> stored = image_.open_layer(task.layers.front());
    if (!stored.ok()) return;
    Result<size_t> n = read_fully(**stored, std::as_writable_bytes(std::span(magic)));
    if (n.ok()) compression = compression_of(detect_format(std::string_view(magic).substr(0, *n)));
  }
  index.compression = compression.value_or(Compression::None);
  bool is_plain = index.compression == Compression::None;
  index.blob_bytes = blob.size == 0 && is_plain ? index.tar_bytes : blob.size;
}

ReadLayer ImageReader::unread(const LayerTask& task, const Error& why) const {
  ReadLayer read;
  read.unread = why.message();
  read.index.is_unread = true;
  read.index.diff_id = task.diff_id;
  read.index.blob_digest = task.blob_digest;
  read.index.blob_bytes = task.blob_bytes.value_or(0);
  return read;
}

}  // namespace

Result<ReadLayer> read_layer(ByteSource& stored, size_t layer, const ReadOptions& options) {
  LayerTask task;
  task.layers = {layer};
  std::optional<GzipMeter> meter;
  if (options.measure_gzip) meter.emplace(options.threads);
  SharedWork shared{meter ? &*meter : nullptr, nullptr, options.verify == Verify::Always, false};
  return LayerReader(stored, task, options, shared).run();
}

Result<std::vector<ReadLayer>> read_layers(const Image& image, const ReadOptions& options) {
  return ImageReader(image, options).run();
}

Result<MergedTree> merge_layers(const std::vector<const LayerIndex*>& layers) {
  static Stat stat("merge layers", true);
  ScopedTimer timer(stat);
  return Merger(layers).run();
}

}  // namespace whittle
