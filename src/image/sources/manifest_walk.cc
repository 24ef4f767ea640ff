// From manifests and indexes to images: follows indexes in indexes, leaves out what is no image
// (attestations, artifacts), and brings each image together with the platforms it was offered with
// and the provenance that stands beside it.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/strings.h"
#include "image/config.h"
#include "image/json.h"
#include "image/sources/blobs.h"

namespace whittle {

namespace {

constexpr int kMaxIndexDepth = 16;
constexpr size_t kMaxManifests = 10'000;

// Images that one index, or one name, offers to choose from.
struct Offer {
  std::vector<Platform> platforms;
  bool is_index = false;
};

struct Pending {
  BlobRef descriptor;
  std::vector<std::string> names;
  std::string offer;
  int depth = 0;
};

struct Found {
  ManifestImage image;
  std::string offer;
};

class Walk {
 public:
  Walk(const BlobStore& blobs, const OpenOptions& options) : blobs_(blobs), options_(options) {}

  Result<std::vector<ManifestImage>> run(const std::vector<ManifestRoot>& roots) {
    for (const ManifestRoot& root : roots) {
      Pending next{root.descriptor, root.names, "name " + join(root.names, " "), 0};
      TRY(add(std::move(next)));
    }
    while (!pending_.empty()) {
      Pending next = std::move(pending_.front());
      pending_.pop_front();
      TRY(options_.cancel->check());
      TRY(visit(next));
    }
    return collect();
  }

 private:
  Status add(Pending next) {
    if (is_attestation(next.descriptor)) {
      attestations_.push_back(std::move(next.descriptor));
      return {};
    }
    if (next.descriptor.platform) {
      std::vector<Platform>& platforms = offers_[next.offer].platforms;
      if (std::find(platforms.begin(), platforms.end(), *next.descriptor.platform) ==
          platforms.end()) {
        platforms.push_back(*next.descriptor.platform);
      }
    }
    pending_.push_back(std::move(next));
    if (pending_.size() + attestations_.size() > kMaxManifests) {
      return Error(ErrorKind::Limit, fmt::format("more than {} manifests", kMaxManifests));
    }
    return {};
  }

  // What is only missing is remembered: a store may hold some platforms of an index only.
  Status visit(const Pending& next) {
    auto known = found_.find(next.descriptor.digest);
    if (known != found_.end()) {
      std::vector<std::string>& names = known->second.image.info.names;
      for (const std::string& name : next.names) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
      }
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
    bool is_known =
        next.descriptor.media_type.empty() || index_item(next.descriptor) != IndexItem::Unknown;
    TRY_ASSIGN(std::string text, read_document(blobs_, next.descriptor, options_.limits));
    Result<ManifestDocument> document = parse_manifest(text, "manifest", options_.limits);
    if (!document.ok() && !is_known) {
      other_types_.insert(next.descriptor.media_type);
      return {};
    }
    if (!document.ok()) return std::move(document).error();
    return document->is_index ? open_index(next, *document) : open_manifest(next, *document);
  }

  Status open_index(const Pending& next, ManifestDocument& index) {
    if (next.depth + 1 > kMaxIndexDepth) {
      return Error(ErrorKind::Limit,
                   fmt::format("more than {} indexes in one another", kMaxIndexDepth));
    }
    std::string offer = next.depth == 0 ? "index " + next.descriptor.digest : next.offer;
    offers_[offer].is_index = true;
    for (BlobRef& item : index.manifests) {
      Pending inner{std::move(item), next.names, offer, next.depth + 1};
      for (std::string& name : annotated_names(inner.descriptor)) {
        if (std::find(inner.names.begin(), inner.names.end(), name) == inner.names.end())
          inner.names.push_back(std::move(name));
      }
      TRY(add(std::move(inner)));
    }
    return {};
  }

  Status open_manifest(const Pending& next, ManifestDocument& manifest) {
    TRY_ASSIGN(std::optional<ImageConfig> config, read_config(manifest));
    if (!config) {
      other_types_.insert(artifact_type_of(manifest));
      return {};
    }
    Found found;
    ImageInfo& info = found.image.info;
    info.names = next.names;
    info.manifest_digest = next.descriptor.digest;
    info.config_digest = manifest.config->digest;
    info.annotations = std::move(manifest.annotations);
    info.config = std::move(*config);
    if (info.config.platform.os.empty() && next.descriptor.platform)
      info.config.platform = *next.descriptor.platform;
    for (const BlobRef& layer : manifest.layers)
      info.layers.push_back(make_layer(layer, holds(layer.digest)));
    found.image.blobs = std::move(manifest.layers);
    TRY(attach_config(info.config, info.layers));
    found.offer = next.offer;
    if (!next.descriptor.platform) offers_[next.offer].platforms.push_back(info.config.platform);
    order_.push_back(next.descriptor.digest);
    found_.emplace(next.descriptor.digest, std::move(found));
    return {};
  }

  // Nullopt for a manifest that is no image's.
  Result<std::optional<ImageConfig>> read_config(const ManifestDocument& manifest) {
    std::optional<ImageConfig> none;
    if (!manifest.config) return none;
    ConfigKind kind = config_kind(manifest.config->media_type);
    if (kind == ConfigKind::Other) return none;
    Result<std::string> text = read_document(blobs_, *manifest.config, options_.limits);
    bool is_sure = (kind == ConfigKind::Image || manifest.config->media_type.empty()) &&
                   manifest.artifact_type.empty();
    if (!text.ok() && !is_sure) return none;
    if (!text.ok()) return std::move(text).error();
    Result<ImageConfig> config = parse_image_config(std::move(*text), options_.limits);
    if (!config.ok() && !is_sure) return none;
    if (!config.ok()) return std::move(config).error();
    return std::optional<ImageConfig>(std::move(*config));
  }

  static std::string artifact_type_of(const ManifestDocument& manifest) {
    if (!manifest.artifact_type.empty()) return manifest.artifact_type;
    if (manifest.config && !manifest.config->media_type.empty()) return manifest.config->media_type;
    return manifest.media_type.empty() ? "no type" : manifest.media_type;
  }

  // A blob that cannot be looked at for another reason is not missing: opening it says why.
  bool holds(const Digest& digest) const {
    Result<uint64_t> size = blobs_.size(digest);
    return size.ok() || size.error().kind() != ErrorKind::NotFound;
  }

  Result<std::vector<ManifestImage>> collect() {
    std::vector<ManifestImage> images;
    for (const Digest& digest : order_) {
      Found& found = found_.at(digest);
      const Offer& offer = offers_[found.offer];
      if (offer.is_index || offer.platforms.size() > 1)
        found.image.info.platforms = offer.platforms;
      found.image.info.provenance = provenance_of(digest);
      images.push_back(std::move(found.image));
    }
    if (!images.empty()) return images;
    if (missing_) return std::move(*missing_).with("missing blob");
    if (other_types_.empty()) return Error(ErrorKind::Invalid, "not an image: the index is empty");
    std::vector<std::string> types;
    for (const std::string& type : other_types_) types.push_back("`" + printable(type) + "`");
    return Error(ErrorKind::Invalid,
                 fmt::format("not an image, but an artifact of the type {}", join(types, ", ")))
        .hint("whittle reads container images; fetch artifacts with the tool that made them");
  }

  // The statement of the first attestation that has one. What cannot be read is no provenance.
  std::string provenance_of(const Digest& digest) const {
    for (const BlobRef& item : attestations_) {
      if (attested_manifest(item) != digest) continue;
      Result<std::string> text = read_document(blobs_, item, options_.limits);
      if (!text.ok()) continue;
      Result<ManifestDocument> document = parse_manifest(*text, "attestation", options_.limits);
      if (!document.ok()) continue;
      for (const BlobRef& layer : document->layers) {
        if (!is_provenance(layer)) continue;
        Result<std::string> statement = read_document(blobs_, layer, options_.limits);
        if (statement.ok() && parse_json(*statement, "provenance", options_.limits).ok())
          return std::move(*statement);
      }
    }
    return "";
  }

  const BlobStore& blobs_;
  const OpenOptions& options_;
  std::deque<Pending> pending_;
  std::vector<BlobRef> attestations_;
  std::map<std::string, Offer> offers_;
  std::set<Digest> visited_;
  std::map<Digest, Found> found_;  // by digest of the manifest
  std::vector<Digest> order_;
  std::optional<Error> missing_;
  std::set<std::string> other_types_;
};

}  // namespace

Result<std::vector<ManifestImage>> walk_manifests(const BlobStore& blobs,
                                                  const std::vector<ManifestRoot>& roots,
                                                  const OpenOptions& options) {
  return Walk(blobs, options).run(roots);
}

}  // namespace whittle
