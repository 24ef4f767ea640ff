// Docker archives, what `docker save` and its relatives write: manifest.json names a configuration
// and layers for each image. Layouts: VERSION/json/layer.tar with links (Docker before 25),
// blobs/sha256 (25 and later), DIGEST.tar (Podman, Skopeo), sha256: names (kaniko). Format: moby
// image/spec/v1.2.md, "Combined Image JSON + Filesystem Changeset Format".
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "codec/digest.h"
#include "image/config.h"
#include "image/json.h"
#include "image/sources/blobs.h"

namespace whittle {

using nlohmann::json;

namespace {

// The digest that a file's name promises: "blobs/sha256/HEX", "HEX.json"; "" for other names.
Digest promised_digest(std::string_view path, std::string_view suffix) {
  std::string_view name = path.substr(path.rfind('/') + 1);
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
    return Error(
        ErrorKind::Invalid,
        fmt::format(
            "the configuration has the digest {}, but is called {}", info.config_digest, path));
  }
  return parse_image_config(std::move(text), limits);
}

Result<std::unique_ptr<Image>> open_one(const std::shared_ptr<const FileStore>& store,
                                        const json& manifest,
                                        const OpenOptions& options) {
  ImageInfo info;
  TRY_ASSIGN(std::string config_path, json_string(manifest, "Config"));
  TRY_ASSIGN(info.names, json_strings(manifest, "RepoTags"));
  TRY_ASSIGN(std::vector<std::string> layer_paths, json_strings(manifest, "Layers"));
  if (config_path.empty()) return Error(ErrorKind::Invalid, "manifest.json names no configuration");
  TRY_ASSIGN(info.config, read_config(*store, config_path, info, options.limits));
  for (const std::string& path : layer_paths) {
    Layer& layer = info.layers.emplace_back();
    TRY_ASSIGN(layer.blob.size, store->size(path));
    if (path.starts_with("blobs/")) layer.blob.digest = promised_digest(path, "");
  }
  TRY(attach_config(info.config, info.layers));
  return std::unique_ptr<Image>(
      std::make_unique<StoredImage>(store, std::move(info), std::move(layer_paths)));
}

}  // namespace

Result<Images> open_docker_archive(const std::shared_ptr<const FileStore>& store,
                                   const OpenOptions& options) {
  TRY_ASSIGN(std::string text, store->read_text("manifest.json", options.limits.max_json_bytes));
  TRY_ASSIGN(json manifests, parse_json(text, "manifest.json", options.limits));
  if (!manifests.is_array())
    return Error(ErrorKind::Invalid, "manifest.json is not a list of images");
  Images images;
  for (const json& manifest : manifests) {
    if (!manifest.is_object())
      return Error(ErrorKind::Invalid, "manifest.json is not a list of images");
    TRY_ASSIGN(std::unique_ptr<Image> image, open_one(store, manifest, options));
    images.push_back(std::move(image));
  }
  if (images.empty()) return Error(ErrorKind::Invalid, "manifest.json names no image");
  return images;
}

}  // namespace whittle
