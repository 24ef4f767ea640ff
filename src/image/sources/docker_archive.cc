// Docker archives, what `docker save` and its relatives write: manifest.json names a configuration
// and layers for each image. Layouts: VERSION/json/layer.tar with links (Docker before 25),
// blobs/sha256 (25 and later, and containerd's `image export`, where an OCI layout stands beside
// manifest.json and says more), DIGEST.tar (Podman, Skopeo), sha256: names and .tar.gz layers
// (kaniko, crane). Format: moby image/spec/v1.2.md, "Combined Image JSON + Filesystem Changeset".
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "codec/digest.h"
#include "image/config.h"
#include "image/json.h"
#include "image/sources/blobs.h"

namespace whittle {

using nlohmann::json;

namespace {

// An image whose layers are files of a store.
class ArchivedImage : public Image {
 public:
  ArchivedImage(std::shared_ptr<const FileStore> store,
                ImageInfo info,
                std::vector<std::string> layer_paths)
      : store_(std::move(store)), info_(std::move(info)), layer_paths_(std::move(layer_paths)) {}

  const ImageInfo& info() const override { return info_; }

  Result<std::unique_ptr<ByteSource>> open_layer(size_t index) const override {
    CHECK(index < layer_paths_.size());
    const Layer& layer = info_.layers[index];
    if (layer.availability != Availability::Here) return unavailable_error(layer, index);
    return store_->read(layer_paths_[index]);
  }

 private:
  std::shared_ptr<const FileStore> store_;
  ImageInfo info_;
  std::vector<std::string> layer_paths_;
};

// The digest that a file's name promises: "blobs/sha256/HEX", "HEX.json", "sha256:HEX"; "" for
// other names.
Digest promised_digest(std::string_view path, std::string_view suffix) {
  std::string_view name = path.substr(path.rfind('/') + 1);
  if (digest_algorithm(name)) return Digest(name);
  if (!suffix.empty() && !name.ends_with(suffix)) return "";
  name.remove_suffix(suffix.size());
  Digest digest = "sha256:" + std::string(name);
  return digest_algorithm(digest) ? digest : Digest();
}

Result<ImageConfig> read_config(const FileStore& store,
                                const std::string& path,
                                ImageInfo& info,
                                const Limits& limits) {
  TRY_ASSIGN(std::string text, store.read_text(path, limits.max_json_bytes));
  info.config_digest = digest_of(text);
  bool is_blob = path.starts_with("blobs/");
  Digest promised = promised_digest(path, is_blob ? "" : ".json");
  if (!promised.empty() && promised != info.config_digest) {
    return Error(ErrorKind::Invalid,
                 fmt::format("the configuration has the digest {}, but is called {}",
                             info.config_digest,
                             printable(path)));
  }
  return parse_image_config(std::move(text), limits);
}

// What LayerSources says of a layer (Docker 25 and later, for layers that have another stored
// form).
void add_layer_source(const json* sources, const Digest& diff_id, BlobRef& blob) {
  if (sources == nullptr || !sources->contains(diff_id)) return;
  const json& source = (*sources)[diff_id];
  Result<std::string> type = json_string(source, "mediaType");
  Result<std::vector<std::string>> urls = json_strings(source, "urls");
  if (type.ok()) blob.media_type = std::move(*type);
  if (urls.ok()) blob.urls = std::move(*urls);
}

// A layer that the archive names and does not hold is an unavailable one.
Result<Layer> find_layer(const FileStore& store,
                         const std::string& path,
                         const Digest& diff_id,
                         const json* sources) {
  BlobRef blob;
  add_layer_source(sources, diff_id, blob);
  if (path.starts_with("blobs/")) blob.digest = promised_digest(path, "");
  Result<uint64_t> size = store.size(path);
  if (!size.ok() && size.error().kind() != ErrorKind::NotFound) return std::move(size).error();
  if (size.ok()) blob.size = *size;
  return make_layer(blob, size.ok());
}

Result<std::unique_ptr<Image>> open_one(const std::shared_ptr<const FileStore>& store,
                                        const json& manifest,
                                        std::string_view source,
                                        const OpenOptions& options) {
  ImageInfo info;
  info.source = source;
  TRY_ASSIGN(std::string config_path, json_string(manifest, "Config"));
  TRY_ASSIGN(info.names, json_strings(manifest, "RepoTags"));
  TRY_ASSIGN(std::vector<std::string> layer_paths, json_strings(manifest, "Layers"));
  TRY_ASSIGN(const json* sources, json_object(manifest, "LayerSources"));
  if (config_path.empty()) return Error(ErrorKind::Invalid, "manifest.json names no configuration");
  TRY_ASSIGN(info.config, read_config(*store, config_path, info, options.limits));
  for (size_t i = 0; i < layer_paths.size(); ++i) {
    Digest diff_id = i < info.config.diff_ids.size() ? info.config.diff_ids[i] : Digest();
    TRY_ASSIGN(Layer layer, find_layer(*store, layer_paths[i], diff_id, sources));
    info.layers.push_back(std::move(layer));
  }
  TRY(attach_config(info.config, info.layers));
  return std::unique_ptr<Image>(
      std::make_unique<ArchivedImage>(store, std::move(info), std::move(layer_paths)));
}

// The OCI layout beside manifest.json has the same images with their manifests, and sometimes more
// platforms: its images take the place of their twins. Whatever is wrong with it does not matter,
// the archive is whole without it.
Images with_layout(Images images,
                   const std::shared_ptr<const FileStore>& store,
                   std::string_view source,
                   const OpenOptions& options) {
  if (!store->contains("oci-layout") || !store->contains("index.json")) return images;
  std::shared_ptr<const BlobStore> blobs = file_blobs(store, "blobs");
  Result<std::vector<ManifestImage>> found = read_oci_layout(*store, *blobs, options, {});
  if (!found.ok()) return images;
  for (ManifestImage& other : *found) {
    other.info.source = source;
    auto twin = std::find_if(images.begin(), images.end(), [&](const auto& image) {
      return image->info().config_digest == other.info.config_digest;
    });
    if (twin == images.end()) {
      images.push_back(blob_image(blobs, std::move(other)));
    } else if ((*twin)->info().manifest_digest.empty()) {
      if (!(*twin)->info().names.empty()) other.info.names = (*twin)->info().names;
      *twin = blob_image(blobs, std::move(other));
    }
  }
  return images;
}

}  // namespace

Result<Images> open_docker_archive(const std::shared_ptr<const FileStore>& store,
                                   const OpenOptions& options,
                                   std::string_view source) {
  TRY_ASSIGN(std::string text, store->read_text("manifest.json", options.limits.max_json_bytes));
  TRY_ASSIGN(json manifests, parse_json(text, "manifest.json", options.limits));
  if (!manifests.is_array())
    return Error(ErrorKind::Invalid, "manifest.json is not a list of images");
  Images images;
  for (const json& manifest : manifests) {
    if (!manifest.is_object())
      return Error(ErrorKind::Invalid, "manifest.json is not a list of images");
    TRY_ASSIGN(std::unique_ptr<Image> image, open_one(store, manifest, source, options));
    images.push_back(std::move(image));
  }
  images = with_layout(std::move(images), store, source, options);
  if (images.empty()) return Error(ErrorKind::Invalid, "manifest.json names no image");
  return images;
}

}  // namespace whittle
