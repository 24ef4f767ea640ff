// Images of a running Docker or Podman engine. An engine hands out whole archives only, so that is
// put off to when a layer's bytes are asked for: what an image is, is known from its id, whose
// documents the cache remembers, and layers that are known by diff id are never fetched.
#include <fmt/format.h>
#include <unistd.h>

#include <mutex>

#include "base/strings.h"
#include "base/subprocess.h"
#include "codec/digest.h"
#include "image/cache.h"
#include "image/config.h"
#include "image/sources/blobs.h"
#include "image/sources/engine_api.h"
#include "image/sources/openers.h"

namespace whittle {

namespace {

// Documents that a cache remembers.
class CachedBlobs : public BlobStore {
 public:
  explicit CachedBlobs(const LayerCache& cache) : cache_(cache) {}

  Result<uint64_t> size(const Digest& digest) const override {
    TRY_ASSIGN(std::string text, find(digest));
    return uint64_t{text.size()};
  }

  Result<std::unique_ptr<ByteSource>> read(const Digest& digest) const override {
    TRY_ASSIGN(std::string text, find(digest));
    return string_source(std::move(text));
  }

 private:
  Result<std::string> find(const Digest& digest) const {
    std::optional<std::string> text = cache_.find_blob(digest);
    if (!text) return Error(ErrorKind::NotFound, digest + " is not remembered");
    return std::move(*text);
  }

  const LayerCache& cache_;
};

// Passes documents on, and has the cache remember them.
class RememberedBlobs : public BlobStore {
 public:
  RememberedBlobs(const BlobStore& inner, const OpenOptions& options)
      : inner_(inner), options_(options) {}

  Result<uint64_t> size(const Digest& digest) const override { return inner_.size(digest); }

  Result<std::unique_ptr<ByteSource>> read(const Digest& digest) const override {
    TRY_ASSIGN(std::unique_ptr<ByteSource> source, inner_.read(digest));
    TRY_ASSIGN(std::string text, read_all(*source, options_.limits.max_json_bytes));
    bool is_sound = digest_of(text, *digest_algorithm(digest)) == digest;
    if (options_.cache != nullptr && is_sound) options_.cache->store_blob(digest, text);
    return string_source(std::move(text));
  }

 private:
  const BlobStore& inner_;
  const OpenOptions& options_;
};

// One image of an engine, and its archive once somebody needed it. Shared by the platforms of an
// index.
class Export {
 public:
  Export(EngineApi api,
         std::string_view name,
         EngineImageFacts facts,
         std::string_view source,
         const OpenOptions& options)
      : api_(std::move(api)),
        name_(name),
        facts_(std::move(facts)),
        source_(source),
        options_(options) {}

  // All platforms of the image, as the cache remembers them; empty if it does not.
  std::vector<ManifestImage> remembered() const {
    if (options_.cache == nullptr || facts_.id.empty()) return {};
    std::optional<std::string> text = options_.cache->find_blob(facts_.id);
    if (!text) return {};
    Result<ImageConfig> config = parse_image_config(*text, options_.limits);
    if (config.ok()) {
      if (!facts_.diff_ids.empty() && facts_.diff_ids != config->diff_ids) return {};
      std::vector<ManifestImage> images(1);
      images[0].info = plain_info(std::move(*config));
      return images;
    }
    Result<std::vector<ManifestImage>> images = walk(CachedBlobs(*options_.cache), text->size());
    if (!images.ok()) return {};
    for (ManifestImage& image : *images) {
      complete(image.info);
      // Layers are not remembered as blobs; the engine has them.
      for (Layer& layer : image.info.layers) {
        if (layer.availability != Availability::Missing) continue;
        layer.availability = Availability::Here;
        layer.why_unavailable.clear();
      }
    }
    return std::move(*images);
  }

  // The same from the engine.
  Result<std::vector<ManifestImage>> fetched() {
    TRY(fetch());
    std::vector<ManifestImage> images;
    for (const std::unique_ptr<Image>& image : images_) {
      ManifestImage& found = images.emplace_back();
      found.info = image->info();
      // A configuration's id: the engine keeps unpacked layers, and has no stored form of them.
      if (found.info.config_digest == facts_.id || facts_.id.empty())
        found.info = plain_info(std::move(found.info.config));
      complete(found.info);
    }
    return images;
  }

  // A layer of the image with this configuration. Thread-safe.
  Result<std::unique_ptr<ByteSource>> open_layer(const Digest& config_digest, size_t index) {
    TRY(fetch());
    for (const std::unique_ptr<Image>& image : images_) {
      if (image->info().config_digest == config_digest) return image->open_layer(index);
    }
    return Error(ErrorKind::Invalid, "the engine handed out another image than it named");
  }

 private:
  ImageInfo plain_info(ImageConfig config) const {
    ImageInfo info;
    info.config_digest = digest_of(config.raw_json);
    info.config = std::move(config);
    info.layers.resize(info.config.diff_ids.size());
    complete(info);
    static_cast<void>(attach_config(info.config, info.layers));
    return info;
  }

  void complete(ImageInfo& info) const {
    info.source = source_;
    info.names = facts_.names;
  }

  // The images behind the id, where that is the digest of a manifest or an index.
  Result<std::vector<ManifestImage>> walk(const BlobStore& blobs, uint64_t bytes) const {
    ManifestRoot root;
    root.descriptor.digest = facts_.id;
    root.descriptor.size = bytes;
    return walk_manifests(blobs, {root}, options_);
  }

  Status fetch() {
    std::lock_guard lock(mutex_);
    if (failure_) return *failure_;
    if (!images_.empty()) return {};
    Status fetched = fetch_now();
    if (!fetched.ok()) failure_ = fetched.error();
    return fetched;
  }

  Status fetch_now() {
    TRY_ASSIGN(UniqueFd temp, api_.export_image(name_, facts_.size_bytes, options_));
    TRY_ASSIGN(std::shared_ptr<const Archive> archive, Archive::open(std::move(temp), options_));
    std::shared_ptr<const FileStore> store = archive_store(std::move(archive));
    std::shared_ptr<const BlobStore> blobs = file_blobs(store, "blobs");
    Result<uint64_t> root_bytes =
        facts_.id.empty() ? Result<uint64_t>(Error("no id")) : blobs->size(facts_.id);
    if (root_bytes.ok()) {
      Result<std::vector<ManifestImage>> images =
          walk(RememberedBlobs(*blobs, options_), *root_bytes);
      if (images.ok()) images_ = blob_images(blobs, std::move(*images), source_);
    }
    if (images_.empty()) {
      TRY_ASSIGN(images_, open_docker_archive(store, options_, source_));
    }
    for (const std::unique_ptr<Image>& image : images_) {
      if (options_.cache != nullptr)
        options_.cache->store_blob(image->info().config_digest, image->info().config.raw_json);
    }
    return {};
  }

  EngineApi api_;
  std::string name_;
  EngineImageFacts facts_;
  std::string source_;
  OpenOptions options_;
  std::mutex mutex_;
  Images images_;
  std::optional<Error> failure_;
};

class EngineImage : public Image {
 public:
  EngineImage(std::shared_ptr<Export> engine, ImageInfo info)
      : engine_(std::move(engine)), info_(std::move(info)) {}

  const ImageInfo& info() const override { return info_; }

  Result<std::unique_ptr<ByteSource>> open_layer(size_t index) const override {
    CHECK(index < info_.layers.size());
    const Layer& layer = info_.layers[index];
    if (layer.availability != Availability::Here) return unavailable_error(layer, index);
    return engine_->open_layer(info_.config_digest, index);
  }

  bool is_costly() const override { return true; }

 private:
  std::shared_ptr<Export> engine_;
  ImageInfo info_;
};

Result<Images> open_from_engine(const EngineHost& host,
                                std::string_view source,
                                std::string_view name,
                                const OpenOptions& options) {
  if (name.empty())
    return Error(ErrorKind::Usage, fmt::format("`{}:` needs the name of an image", source));
  TRY_ASSIGN(EngineApi api, EngineApi::connect(host, options));
  TRY_ASSIGN(EngineImageFacts facts, api.inspect(name, options));
  auto engine = std::make_shared<Export>(std::move(api), name, std::move(facts), source, options);
  std::vector<ManifestImage> found = engine->remembered();
  if (found.empty()) {
    TRY_ASSIGN(found, engine->fetched());
  }
  Images images;
  for (ManifestImage& image : found)
    images.push_back(std::make_unique<EngineImage>(engine, std::move(image.info)));
  return images;
}

// Where root's images lie, Podman's store is read in place.
Result<Images> open_from_podman_store(std::string_view name, const OpenOptions& options) {
  Command command;
  command.args = {"podman", "info", "--format", "{{.Store.GraphRoot}}"};
  TRY_ASSIGN(CommandResult info, run_checked(command, *options.cancel));
  return open_containers_storage(fmt::format("[{}]{}", trim(info.out), name), options);
}

// Podman's socket is often not served: its command line gives the same archive.
Result<Images> open_from_podman_program(std::string_view name, const OpenOptions& options) {
  if (name.empty()) return Error(ErrorKind::Usage, "`podman:` needs the name of an image");
  if (find_program("podman").empty()) return open_containers_storage(name, options);
  if (::geteuid() == 0) {
    Result<Images> images = open_from_podman_store(name, options);
    if (images.ok()) return images;
    TRY(options.cancel->check());
  }
  options.progress->phase(fmt::format("reading {} from podman", printable(name)));
  TRY_ASSIGN(TempDir folder, TempDir::make("podman"));
  fs::path file = folder.path() / "image.tar";
  Command command;
  command.args = {"podman",
                  "save",
                  "--quiet",
                  "--format",
                  "docker-archive",
                  "--output",
                  file.string(),
                  "--",
                  std::string(name)};
  TRY(run_checked(command, *options.cancel));
  TRY_ASSIGN(UniqueFd fd, open_read(file));
  TRY_ASSIGN(std::shared_ptr<const Archive> archive, Archive::open(std::move(fd), options));
  return open_docker_archive(archive_store(std::move(archive)), options, "podman");
}

}  // namespace

Result<Images> open_docker_engine(std::string_view name, const OpenOptions& options) {
  TRY_ASSIGN(EngineHost host, docker_host(options));
  return open_from_engine(host, "docker", name, options);
}

Result<Images> open_podman_engine(std::string_view name, const OpenOptions& options) {
  Result<EngineHost> host = podman_host(options);
  if (!host.ok() && host.error().kind() == ErrorKind::NotFound)
    return open_from_podman_program(name, options);
  if (!host.ok()) return std::move(host).error();
  return open_from_engine(*host, "podman", name, options);
}

}  // namespace whittle
