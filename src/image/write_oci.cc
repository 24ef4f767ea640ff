// OCI image layout (OCI image-spec v1.1, image-layout.md): a new folder, or one more image in a
// layout that is there.
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "base/thread_pool.h"
#include "codec/compress.h"
#include "codec/decompress.h"
#include "codec/digest.h"
#include "image/json.h"
#include "image/layer_stream.h"
#include "image/stored_format.h"
#include "image/write.h"

namespace whittle {

using nlohmann::json;

namespace {

constexpr std::string_view kLayout = "{\"imageLayoutVersion\":\"1.0.0\"}";
constexpr const char* kRefName = "org.opencontainers.image.ref.name";

const char* layer_type(Compression compression) {
  switch (compression) {
    case Compression::None:
      return "application/vnd.oci.image.layer.v1.tar";
    case Compression::Gzip:
      return "application/vnd.oci.image.layer.v1.tar+gzip";
    case Compression::Zstd:
      return "application/vnd.oci.image.layer.v1.tar+zstd";
  }
  return "";
}

// Takes bytes as they are.
class NoCompressor : public Compressor {
 public:
  Status add(std::string_view bytes, std::string& out) override {
    out.append(bytes);
    return {};
  }

  Status finish(std::string&) override { return {}; }
};

std::unique_ptr<Compressor> make_compressor(Compression compression) {
  switch (compression) {
    case Compression::None:
      break;
    case Compression::Gzip:
      return gzip_compressor();
    case Compression::Zstd:
      return zstd_compressor();
  }
  return std::make_unique<NoCompressor>();
}

Result<Compression> stored_compression(const Image& image, size_t layer) {
  TRY_ASSIGN(std::unique_ptr<ByteSource> stored, image.open_layer(layer));
  std::string magic(4, '\0');
  TRY_ASSIGN(size_t n, read_fully(*stored, std::as_writable_bytes(std::span(magic))));
  return compression_of(detect_format(std::string_view(magic).substr(0, n)));
}

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// Puts the blobs and the index of one image under a layout's folder. What it added is taken back
// unless it is told to keep it.
class LayoutWriter {
 public:
  LayoutWriter(const Image& image, fs::path root, const WriteOptions& options)
      : image_(image),
        root_(std::move(root)),
        blobs_(root_ / "blobs" / "sha256"),
        options_(options),
        progress_(*options.progress) {}

  ~LayoutWriter() {
    if (is_kept_) return;
    for (const fs::path& path : added_) ::unlink(path.c_str());
  }

  LayoutWriter(const LayoutWriter&) = delete;
  LayoutWriter& operator=(const LayoutWriter&) = delete;

  Status run() {
    TRY(make_dirs(blobs_));
    TRY_ASSIGN(json layers, write_layers());
    const ImageInfo& info = image_.info();
    TRY_ASSIGN(json config,
               add_blob(info.config.raw_json, "application/vnd.oci.image.config.v1+json"));
    json manifest = {{"schemaVersion", 2},
                     {"mediaType", "application/vnd.oci.image.manifest.v1+json"},
                     {"config", config},
                     {"layers", layers}};
    TRY_ASSIGN(json descriptor,
               add_blob(dump(manifest), "application/vnd.oci.image.manifest.v1+json"));
    descriptor["platform"] = {{"os", info.config.platform.os},
                              {"architecture", info.config.platform.architecture}};
    if (!info.config.platform.variant.empty())
      descriptor["platform"]["variant"] = info.config.platform.variant;
    if (!options_.reference.empty()) descriptor["annotations"] = {{kRefName, options_.reference}};
    TRY_ASSIGN(std::string index, new_index(std::move(descriptor)));
    TRY(options_.cancel->check());
    std::error_code ignored;
    if (!fs::exists(root_ / "oci-layout", ignored))
      TRY(write_file_atomic(root_ / "oci-layout", kLayout));
    TRY(write_file_atomic(root_ / "index.json", index));
    is_kept_ = true;
    return {};
  }

 private:
  // Descriptors of all layers, base first. Layers with one diff id are one blob.
  Result<json> write_layers() {
    const std::vector<Layer>& layers = image_.info().layers;
    std::map<Digest, size_t> first_of;
    std::vector<size_t> unique;
    for (size_t i = 0; i < layers.size(); ++i) {
      if (first_of.try_emplace(layers[i].diff_id, i).second) unique.push_back(i);
    }
    std::vector<json> written(layers.size());
    auto write_one = [&](size_t i) -> Status {
      TRY_ASSIGN(written[unique[i]], write_layer(unique[i]));
      return {};
    };
    TRY(parallel_for(unique.size(), options_.threads, *options_.cancel, write_one));
    json all = json::array();
    for (const Layer& layer : layers) all.push_back(written[first_of.at(layer.diff_id)]);
    return all;
  }

  Result<json> write_layer(size_t layer) {
    TRY_ASSIGN(PendingFile file, PendingFile::make(blobs_ / "layer"));
    Hasher hasher;
    uint64_t size = 0;
    ByteSink sink = [&](std::string_view bytes) -> Status {
      hasher.update(bytes);
      size += bytes.size();
      return write_all(file.fd(), bytes);
    };
    TRY_ASSIGN(Compression stored, stored_compression(image_, layer));
    if (stored == options_.compression && stored != Compression::None) {
      TRY(copy_stored(layer, sink));
    } else {
      TRY(compress_layer(layer, sink));
    }
    Digest digest = hasher.finish();
    const Digest& promised = image_.info().layers[layer].blob.digest;
    bool is_copy = stored == options_.compression;
    if (is_copy && promised.starts_with("sha256:") && digest != promised) {
      return Error(
          ErrorKind::Invalid,
          fmt::format(
              "layer {}: the digest is {}, but the image says {}", layer + 1, digest, promised));
    }
    TRY(keep(file, digest));
    return json{
        {"mediaType", layer_type(options_.compression)}, {"digest", digest}, {"size", size}};
  }

  // Byte for byte. Decoded too, unless a digest vouches for it.
  Status copy_stored(size_t layer, const ByteSink& sink) {
    if (!image_.info().layers[layer].blob.digest.starts_with("sha256:")) {
      TRY(pump_plain_layer(
          image_, layer, [](std::string_view) { return Status(); }, options_));
    }
    TRY_ASSIGN(std::unique_ptr<ByteSource> stored, image_.open_layer(layer));
    return pump(
        *stored,
        [&](std::string_view bytes) {
          progress_.add(bytes.size());
          return sink(bytes);
        },
        options_);
  }

  Status compress_layer(size_t layer, const ByteSink& sink) {
    std::unique_ptr<Compressor> compressor = make_compressor(options_.compression);
    std::string out;
    auto flush = [&]() -> Status {
      TRY(sink(out));
      out.clear();
      return {};
    };
    ByteSink add = [&](std::string_view bytes) -> Status {
      progress_.add(bytes.size());
      TRY(compressor->add(bytes, out));
      return flush();
    };
    TRY(pump_plain_layer(image_, layer, add, options_));
    TRY(compressor->finish(out));
    return flush();
  }

  Result<json> add_blob(std::string_view bytes, const char* media_type) {
    TRY_ASSIGN(PendingFile file, PendingFile::make(blobs_ / "blob"));
    TRY(write_all(file.fd(), bytes));
    Digest digest = digest_of(bytes);
    TRY(keep(file, digest));
    return json{{"mediaType", media_type}, {"digest", digest}, {"size", bytes.size()}};
  }

  // Gives a blob its name. One that is there already stays.
  Status keep(PendingFile& file, const Digest& digest) {
    fs::path target = blobs_ / std::string(digest_hex(digest));
    std::lock_guard lock(mutex_);
    std::error_code ignored;
    if (fs::exists(target, ignored)) return {};
    TRY(file.commit(target));
    added_.push_back(target);
    return {};
  }

  // The index there is, without what has our reference or digest, and the new image at its end.
  Result<std::string> new_index(json descriptor) {
    json index = {{"schemaVersion", 2},
                  {"mediaType", "application/vnd.oci.image.index.v1+json"},
                  {"manifests", json::array()}};
    Result<std::string> old_text = read_file(root_ / "index.json", options_.limits.max_json_bytes);
    if (old_text.ok()) {
      TRY_ASSIGN(json old, parse_json(*old_text, "index.json", options_.limits));
      TRY_ASSIGN(const json* manifests, json_array(old, "manifests"));
      for (size_t i = 0; manifests != nullptr && i < manifests->size(); ++i) {
        if (!is_replaced((*manifests)[i], descriptor))
          index["manifests"].push_back((*manifests)[i]);
      }
    } else if (old_text.error().kind() != ErrorKind::NotFound) {
      return std::move(old_text).error();
    }
    index["manifests"].push_back(std::move(descriptor));
    return dump(index);
  }

  // The same name, or without a name the same image.
  bool is_replaced(const json& old, const json& descriptor) const {
    Result<const json*> annotations = json_object(old, "annotations");
    std::string name;
    if (annotations.ok() && *annotations != nullptr) {
      Result<std::string> text = json_string(**annotations, kRefName);
      if (text.ok()) name = *text;
    }
    if (name != options_.reference) return false;
    Result<std::string> digest = json_string(old, "digest");
    return !name.empty() || (digest.ok() && *digest == descriptor["digest"]);
  }

  const Image& image_;
  fs::path root_;
  fs::path blobs_;
  const WriteOptions& options_;
  WriteProgress progress_;
  std::mutex mutex_;
  std::vector<fs::path> added_;
  bool is_kept_ = false;
};

// A folder beside its final place.
class PendingFolder {
 public:
  static Result<PendingFolder> make(const fs::path& target) {
    std::string name = target.string() + ".whittle-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr)
      return errno_error("cannot write " + printable(target.string()), errno);
    return PendingFolder(name);
  }

  PendingFolder(PendingFolder&& other) noexcept : path_(std::move(other.path_)) {
    other.path_.clear();
  }

  PendingFolder& operator=(PendingFolder&&) = delete;

  ~PendingFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }

  const fs::path& path() const { return path_; }

  Status commit(const fs::path& target) {
    bool failed = ::chmod(path_.c_str(), 0755) != 0 || ::rename(path_.c_str(), target.c_str()) != 0;
    if (failed) return errno_error("cannot write " + printable(target.string()), errno);
    path_.clear();
    return {};
  }

 private:
  explicit PendingFolder(fs::path path) : path_(std::move(path)) {}

  fs::path path_;
};

Status write_under(const Image& image, const fs::path& root, const WriteOptions& options) {
  Status written = LayoutWriter(image, root, options).run();
  if (!written.ok()) return std::move(written).error().with("cannot write the OCI layout");
  return {};
}

}  // namespace

Status write_oci_layout(const Image& image, const fs::path& path, const WriteOptions& options) {
  options.progress->phase("writing the image", 0, "B");
  std::error_code ignored;
  if (fs::exists(path / "oci-layout", ignored)) return write_under(image, path, options);
  bool is_empty_folder = fs::is_directory(path, ignored) && fs::is_empty(path, ignored);
  if (fs::exists(path, ignored) && !is_empty_folder) {
    return Error(ErrorKind::Usage,
                 fmt::format("{} exists and is no OCI layout", printable(path.string())));
  }
  fs::path target = path.has_filename() ? path : path.parent_path();
  TRY_ASSIGN(PendingFolder folder, PendingFolder::make(target));
  TRY(write_under(image, folder.path(), options));
  return folder.commit(target);
}

}  // namespace whittle
