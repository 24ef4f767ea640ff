// OCI image layouts, in a folder or a tar archive (OCI image-spec v1.1, image-layout.md,
// image-index.md, manifest.md; Docker's schema 2 types in their place too). Several images, indexes
// in indexes, names; what is no image (attestations, artifacts) is passed over.
#include <fmt/format.h>

#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/strings.h"
#include "codec/digest.h"
#include "image/config.h"
#include "image/json.h"
#include "image/sources/blobs.h"

namespace whittle {

using nlohmann::json;

namespace {

constexpr int kMaxIndexDepth = 16;
constexpr size_t kMaxManifests = 10'000;

std::string blob_path(const Digest& digest) {
  size_t colon = digest.find(':');
  return "blobs/" + digest.substr(0, colon) + "/" + digest.substr(colon + 1);
}

Result<Descriptor> parse_descriptor(const json& value) {
  Descriptor descriptor;
  if (!value.is_object()) return Error(ErrorKind::Invalid, "a descriptor is not a JSON object");
  TRY_ASSIGN(descriptor.media_type, json_string(value, "mediaType"));
  TRY_ASSIGN(descriptor.digest, json_string(value, "digest"));
  TRY_ASSIGN(int64_t size, json_integer(value, "size"));
  if (!digest_algorithm(descriptor.digest)) {
    return Error(ErrorKind::Invalid,
                 fmt::format("`{}` is not a digest", printable(descriptor.digest)));
  }
  if (size < 0)
    return Error(ErrorKind::Invalid, fmt::format("{} has the size {}", descriptor.digest, size));
  descriptor.size = static_cast<uint64_t>(size);
  TRY_ASSIGN(const json* annotations, json_object(value, "annotations"));
  if (annotations != nullptr) {
    for (const auto& [key, ignored] : annotations->items()) {
      TRY_ASSIGN(descriptor.annotations[key], json_string(*annotations, key));
    }
  }
  TRY_ASSIGN(const json* platform, json_object(value, "platform"));
  if (platform == nullptr) return descriptor;
  Platform parsed;
  TRY_ASSIGN(parsed.os, json_string(*platform, "os"));
  TRY_ASSIGN(parsed.architecture, json_string(*platform, "architecture"));
  TRY_ASSIGN(parsed.variant, json_string(*platform, "variant"));
  TRY_ASSIGN(parsed.os_version, json_string(*platform, "os.version"));
  descriptor.platform = std::move(parsed);
  return descriptor;
}

// Signatures, provenance and such that stand beside the images of an index.
bool is_attestation(const Descriptor& descriptor) {
  auto type = descriptor.annotations.find("vnd.docker.reference.type");
  if (type != descriptor.annotations.end() && type->second == "attestation-manifest") return true;
  return descriptor.platform && descriptor.platform->os == "unknown" &&
         descriptor.platform->architecture == "unknown";
}

std::vector<std::string> names_of(const Descriptor& descriptor) {
  std::vector<std::string> names;
  for (const char* key : {"io.containerd.image.name", "org.opencontainers.image.ref.name"}) {
    auto found = descriptor.annotations.find(key);
    if (found != descriptor.annotations.end() && !found->second.empty())
      names.push_back(found->second);
  }
  return names;
}

Status check_size(const FileStore& store, const Descriptor& descriptor) {
  TRY_ASSIGN(uint64_t size, store.size(blob_path(descriptor.digest)));
  if (size == descriptor.size) return {};
  return Error(ErrorKind::Invalid,
               fmt::format("blob {} has {} bytes, but its descriptor says {}",
                           descriptor.digest,
                           size,
                           descriptor.size));
}

Result<std::string> read_document(const FileStore& store,
                                  const Descriptor& descriptor,
                                  const Limits& limits) {
  TRY(check_size(store, descriptor));
  TRY_ASSIGN(std::string text,
             store.read_text(blob_path(descriptor.digest), limits.max_json_bytes));
  Digest digest = digest_of(text, *digest_algorithm(descriptor.digest));
  if (digest == descriptor.digest) return text;
  return Error(ErrorKind::Invalid,
               fmt::format("blob {} has the digest {}", descriptor.digest, digest));
}

// Only tar archives can be read; the first bytes tell how they are compressed, not the type.
Status check_layer_type(const Descriptor& descriptor, size_t layer) {
  std::string_view type = descriptor.media_type;
  if (contains(type, "+encrypted")) {
    return Error(ErrorKind::Unsupported,
                 fmt::format("layer {} is encrypted ({})", layer, printable(type)))
        .hint("Decrypt the image first, for example with skopeo copy --decryption-key");
  }
  for (std::string_view known : {".tar", ".tar+gzip", ".tar+zstd", ".tar.gzip", ".tar.zstd"}) {
    if (type.ends_with(known)) return {};
  }
  return Error(ErrorKind::Unsupported,
               fmt::format("layer {} is no tar archive but `{}`", layer, printable(type)));
}

// Layers that are not distributed with the image may be missing from a layout.
bool lies_elsewhere(const json& layer, const Descriptor& descriptor) {
  bool has_urls = layer.contains("urls") && layer["urls"].is_array() && !layer["urls"].empty();
  return has_urls || contains(descriptor.media_type, "nondistributable") ||
         contains(descriptor.media_type, ".foreign.");
}

bool is_image_config(std::string_view media_type) {
  return media_type.empty() || media_type == "application/vnd.oci.image.config.v1+json" ||
         media_type == "application/vnd.docker.container.image.v1+json";
}

// Walks the indexes of one layout and opens what is an image.
class LayoutReader {
 public:
  LayoutReader(const std::shared_ptr<const FileStore>& store, const OpenOptions& options)
      : store_(store), options_(options) {}

  Result<Images> run() {
    TRY(check_layout_version());
    Result<std::string> text = store_->read_text("index.json", options_.limits.max_json_bytes);
    if (!text.ok()) return not_an_image("there is no index.json");
    TRY_ASSIGN(json index, parse_json(*text, "index.json", options_.limits));
    TRY(add_index(index, {}, 0));
    while (!pending_.empty()) {
      Pending next = std::move(pending_.front());
      pending_.pop_front();
      TRY(options_.cancel->check());
      TRY(visit(next));
    }
    return collect();
  }

 private:
  struct Pending {
    Descriptor descriptor;
    std::vector<std::string> names;
    int depth = 0;
  };

  struct Found {
    ImageInfo info;
    std::vector<std::string> layer_paths;
  };

  static Error not_an_image(std::string_view why) {
    return Error(ErrorKind::Invalid, fmt::format("not an image: {}", why));
  }

  Status check_layout_version() {
    Result<std::string> text = store_->read_text("oci-layout", options_.limits.max_json_bytes);
    if (!text.ok()) return not_an_image("there is no oci-layout file");
    TRY_ASSIGN(json layout, parse_json(*text, "oci-layout", options_.limits));
    TRY_ASSIGN(std::string version, json_string(layout, "imageLayoutVersion"));
    if (version == "1.0.0") return {};
    return Error(ErrorKind::Unsupported,
                 fmt::format("OCI layout version `{}` is not handled", printable(version)));
  }

  Status add_index(const json& index, const std::vector<std::string>& names, int depth) {
    if (depth > kMaxIndexDepth) {
      return Error(ErrorKind::Limit,
                   fmt::format("more than {} indexes in one another", kMaxIndexDepth));
    }
    TRY_ASSIGN(const json* manifests, json_array(index, "manifests"));
    if (manifests == nullptr) return Error(ErrorKind::Invalid, "an index without `manifests`");
    for (const json& item : *manifests) {
      TRY_ASSIGN(Descriptor descriptor, parse_descriptor(item));
      if (is_attestation(descriptor)) continue;
      Pending next{std::move(descriptor), names, depth};
      for (std::string& name : names_of(next.descriptor)) next.names.push_back(std::move(name));
      pending_.push_back(std::move(next));
      if (pending_.size() > kMaxManifests) {
        return Error(ErrorKind::Limit, fmt::format("more than {} manifests", kMaxManifests));
      }
    }
    return {};
  }

  // An index or a manifest. What is only missing is remembered: a layout may hold some platforms of
  // an index only.
  Status visit(const Pending& next) {
    auto known = found_.find(next.descriptor.digest);
    if (known != found_.end()) {
      std::vector<std::string>& names = known->second.info.names;
      names.insert(names.end(), next.names.begin(), next.names.end());
      return {};
    }
    if (!visited_.insert(next.descriptor.digest).second) return {};
    Status opened = open_document(next);
    if (!opened.ok() && opened.error().kind() == ErrorKind::NotFound) {
      if (!missing_) missing_.emplace(std::move(opened).error());
      return {};
    }
    return opened;
  }

  Status open_document(const Pending& next) {
    TRY_ASSIGN(std::string text, read_document(*store_, next.descriptor, options_.limits));
    TRY_ASSIGN(json document, parse_json(text, "manifest", options_.limits));
    if (!document.is_object()) return Error(ErrorKind::Invalid, "a manifest is not a JSON object");
    TRY_ASSIGN(int64_t version, json_integer(document, "schemaVersion"));
    if (version != 2) {
      return Error(ErrorKind::Unsupported,
                   fmt::format("manifests of schema version {} are not handled", version));
    }
    if (document.contains("manifests")) return add_index(document, next.names, next.depth + 1);
    return open_manifest(next, document);
  }

  Status open_manifest(const Pending& next, const json& manifest) {
    TRY_ASSIGN(const json* config_value, json_object(manifest, "config"));
    TRY_ASSIGN(const json* layers, json_array(manifest, "layers"));
    if (config_value == nullptr) {
      has_artifact_ = true;
      return {};
    }
    TRY_ASSIGN(Descriptor config, parse_descriptor(*config_value));
    if (!is_image_config(config.media_type)) {
      has_artifact_ = true;
      return {};
    }
    Found found;
    found.info.names = next.names;
    found.info.manifest_digest = next.descriptor.digest;
    found.info.config_digest = config.digest;
    for (size_t i = 0; layers != nullptr && i < layers->size(); ++i)
      TRY(add_layer((*layers)[i], i + 1, found));
    TRY_ASSIGN(std::string text, read_document(*store_, config, options_.limits));
    TRY_ASSIGN(found.info.config, parse_image_config(std::move(text), options_.limits));
    TRY(attach_config(found.info.config, found.info.layers));
    order_.push_back(next.descriptor.digest);
    found_.emplace(next.descriptor.digest, std::move(found));
    return {};
  }

  Status add_layer(const json& value, size_t number, Found& found) {
    TRY_ASSIGN(Descriptor blob, parse_descriptor(value));
    TRY(check_layer_type(blob, number));
    Status there = check_size(*store_, blob);
    if (!there.ok() && there.error().kind() == ErrorKind::NotFound && lies_elsewhere(value, blob)) {
      return Error(ErrorKind::Unsupported,
                   fmt::format("layer {} is not in the layout but elsewhere (`urls`)", number));
    }
    if (!there.ok()) return std::move(there).error().with(fmt::format("layer {}", number));
    found.layer_paths.push_back(blob_path(blob.digest));
    Layer& layer = found.info.layers.emplace_back();
    layer.blob = std::move(blob);
    return {};
  }

  Result<Images> collect() {
    Images images;
    for (const Digest& digest : order_) {
      Found& found = found_.at(digest);
      images.push_back(std::make_unique<StoredImage>(
          store_, std::move(found.info), std::move(found.layer_paths)));
    }
    if (!images.empty()) return images;
    if (missing_) return std::move(*missing_).with("missing blob");
    return not_an_image(has_artifact_ ? "the layout holds only artifacts" : "the index is empty");
  }

  const std::shared_ptr<const FileStore>& store_;
  const OpenOptions& options_;
  std::deque<Pending> pending_;
  std::set<Digest> visited_;
  std::map<Digest, Found> found_;  // by digest of the manifest
  std::vector<Digest> order_;
  std::optional<Error> missing_;
  bool has_artifact_ = false;
};

}  // namespace

Result<Images> open_oci_layout(const std::shared_ptr<const FileStore>& store,
                               const OpenOptions& options) {
  return LayoutReader(store, options).run();
}

}  // namespace whittle
