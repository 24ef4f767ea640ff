// Images of registries (OCI distribution-spec v1.1): the manifest that a name leads to, through
// indexes by platform, with the provenance that stands beside it; layers as streams.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/strings.h"
#include "base/thread_pool.h"
#include "image/config.h"
#include "image/sources/manifest.h"
#include "image/sources/openers.h"
#include "image/sources/registry_client.h"
#include "image/sources/registry_image.h"
#include "image/sources/select.h"

namespace whittle {

namespace {

constexpr int kMaxIndexDepth = 16;
constexpr size_t kMaxManifests = 10'000;
constexpr uint64_t kMaxProvenanceBytes = 4ULL << 20;
constexpr size_t kMaxReferrers = 8;

// A manifest on the way to an image.
struct Chosen {
  BlobRef descriptor;
  ManifestDocument manifest;
  std::vector<Platform> platforms;    // of the index
  std::vector<BlobRef> attestations;  // of the index
};

void add_platform(std::vector<Platform>& platforms, const std::optional<Platform>& platform) {
  if (!platform) return;
  if (std::find(platforms.begin(), platforms.end(), *platform) == platforms.end())
    platforms.push_back(*platform);
}

std::string list_platforms(const std::vector<Platform>& platforms) {
  std::vector<std::string> names;
  for (const Platform& platform : platforms) names.push_back(printable(format_platform(platform)));
  return join(names, ", ");
}

// Goes from the named document down to manifests of the platform that is wanted.
class Chooser {
 public:
  explicit Chooser(const RegistryClient& client) : client_(client), options_(client.options()) {}

  Result<Chosen> run(const RegistryDocument& root) {
    TRY_ASSIGN(ManifestDocument document, parse_manifest(root.text, "manifest", options_.limits));
    chosen_.descriptor.digest = root.digest;
    chosen_.descriptor.size = root.text.size();
    if (!document.is_index) {
      chosen_.manifest = std::move(document);
      return std::move(chosen_);
    }
    wanted_ = options_.platform.value_or(host_platform());
    TRY_ASSIGN(bool found, descend(document, 0));
    if (found) return std::move(chosen_);
    Error error(ErrorKind::NotFound,
                fmt::format("there is no image for {}", format_platform(wanted_)));
    if (chosen_.platforms.empty()) return error;
    return std::move(error).hint("It is there for: " + list_platforms(chosen_.platforms));
  }

 private:
  // The items that may lead to the platform, best first.
  std::vector<const BlobRef*> candidates(const ManifestDocument& index) {
    std::vector<std::pair<unsigned, const BlobRef*>> ranked;
    for (const BlobRef& item : index.manifests) {
      if (is_attestation(item)) {
        chosen_.attestations.push_back(item);
        continue;
      }
      bool is_known = item.media_type.empty() || index_item(item) != IndexItem::Unknown;
      if (!is_known) continue;
      add_platform(chosen_.platforms, item.platform);
      std::optional<unsigned> distance = UINT_MAX;  // what names no platform has to be looked into
      if (item.platform) distance = platform_distance(wanted_, *item.platform);
      if (distance) ranked.emplace_back(*distance, &item);
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
      return a.first < b.first;
    });
    std::vector<const BlobRef*> items;
    for (const auto& [distance, item] : ranked) items.push_back(item);
    return items;
  }

  // The only image of an index serves whoever named no platform.
  void take_only_image(const ManifestDocument& index, std::vector<const BlobRef*>& items) const {
    if (options_.platform || !items.empty()) return;
    for (const BlobRef& item : index.manifests) {
      if (!is_attestation(item) && index_item(item) != IndexItem::Unknown) items.push_back(&item);
    }
    if (items.size() != 1) items.clear();
  }

  Result<bool> descend(const ManifestDocument& index, int depth) {
    if (depth >= kMaxIndexDepth) {
      return Error(ErrorKind::Limit,
                   fmt::format("more than {} indexes in one another", kMaxIndexDepth));
    }
    std::vector<const BlobRef*> items = candidates(index);
    take_only_image(index, items);
    for (const BlobRef* item : items) {
      if (!visited_.insert(item->digest).second) continue;
      if (visited_.size() > kMaxManifests)
        return Error(ErrorKind::Limit, fmt::format("more than {} manifests", kMaxManifests));
      TRY(options_.cancel->check());
      TRY_ASSIGN(std::string text, client_.manifest(*item));
      TRY_ASSIGN(ManifestDocument document, parse_manifest(text, "manifest", options_.limits));
      if (document.is_index) {
        TRY_ASSIGN(bool found, descend(document, depth + 1));
        if (found) return true;
        continue;
      }
      chosen_.descriptor = *item;
      chosen_.manifest = std::move(document);
      return true;
    }
    return false;
  }

  const RegistryClient& client_;
  const OpenOptions& options_;
  Platform wanted_;
  Chosen chosen_;
  std::set<Digest> visited_;
};

// Attestations of the image, of the index or, if it has none and that is wanted, of the registry.
std::vector<BlobRef> attestations_of(const RegistryClient& client, const Chosen& chosen) {
  std::vector<BlobRef> found;
  for (const BlobRef& item : chosen.attestations) {
    if (attested_manifest(item) == chosen.descriptor.digest) found.push_back(item);
  }
  if (!found.empty() || !client.options().registry.asks_referrers) return found;
  Result<std::vector<BlobRef>> referrers = client.referrers(chosen.descriptor.digest);
  if (!referrers.ok()) {
    client.options().progress->note("provenance: " + referrers.error().message());
    return found;
  }
  for (BlobRef& item : *referrers) {
    bool is_statement = item.artifact_type == "application/vnd.in-toto+json" ||
                        item.artifact_type == "application/vnd.docker.attestation.manifest.v1+json";
    if (is_statement && found.size() < kMaxReferrers) found.push_back(std::move(item));
  }
  return found;
}

// The provenance that an attestation states about the image; "" without one. What cannot be had is
// no provenance.
std::string fetch_provenance(const RegistryClient& client, const Chosen& chosen) {
  const Limits& limits = client.options().limits;
  for (const BlobRef& item : attestations_of(client, chosen)) {
    Result<std::string> text = client.manifest(item);
    if (!text.ok()) continue;
    Result<ManifestDocument> document = parse_manifest(*text, "attestation", limits);
    if (!document.ok()) continue;
    for (const BlobRef& layer : document->layers) {
      if (!is_provenance(layer) || layer.size > kMaxProvenanceBytes) continue;
      Result<std::string> statement = client.document(layer);
      if (statement.ok()) return std::move(*statement);
    }
  }
  return "";
}

// Registries hand out what the manifest names, but for layers that are said to be elsewhere.
Result<bool> is_held(const RegistryClient& client, const BlobRef& layer) {
  bool may_be_elsewhere = !layer.urls.empty() || contains(layer.media_type, "nondistributable") ||
                          contains(layer.media_type, ".foreign.");
  if (!may_be_elsewhere) return true;
  return client.has_blob(layer.digest);
}

void fill_platform(Platform& platform, const std::optional<Platform>& stated) {
  if (!stated) return;
  if (platform.os.empty()) platform.os = stated->os;
  if (platform.architecture.empty()) platform.architecture = stated->architecture;
  if (platform.variant.empty() && platform.architecture == stated->architecture)
    platform.variant = stated->variant;
  if (platform.os_version.empty()) platform.os_version = stated->os_version;
}

Error not_an_image(const ManifestDocument& manifest) {
  std::string type = manifest.artifact_type;
  if (type.empty() && manifest.config) type = manifest.config->media_type;
  return Error(ErrorKind::Invalid,
               fmt::format("not an image, but an artifact of the type `{}`", printable(type)))
      .hint("whittle reads container images; fetch artifacts with the tool that made them");
}

Result<ImageInfo> describe(const RegistryClient& client, Chosen& chosen) {
  ManifestDocument& manifest = chosen.manifest;
  bool is_image = manifest.config && config_kind(manifest.config->media_type) != ConfigKind::Other;
  if (!is_image) return not_an_image(manifest);
  ImageInfo info;
  info.source = "registry";
  info.names = {client.reference().name()};
  info.annotations = manifest.annotations;
  info.platforms = chosen.platforms;
  info.manifest_digest = chosen.descriptor.digest;
  info.config_digest = manifest.config->digest;
  // Configuration and provenance do not wait for one another.
  const OpenOptions& options = client.options();
  Result<std::string> config = std::string();
  TRY(parallel_for(2, 2, *options.cancel, [&](size_t i) -> Status {
    if (i == 0) config = client.document(*manifest.config);
    if (i == 1) info.provenance = fetch_provenance(client, chosen);
    return {};
  }));
  if (!config.ok()) return std::move(config).error().with("configuration");
  Result<ImageConfig> parsed = parse_image_config(std::move(*config), options.limits);
  bool is_sure = config_kind(manifest.config->media_type) == ConfigKind::Image;
  if (!parsed.ok() && !is_sure) return not_an_image(manifest);
  if (!parsed.ok()) return std::move(parsed).error();
  info.config = std::move(*parsed);
  fill_platform(info.config.platform, chosen.descriptor.platform);
  for (const BlobRef& layer : manifest.layers) {
    TRY_ASSIGN(bool held, is_held(client, layer));
    info.layers.push_back(make_layer(layer, held));
  }
  TRY(attach_config(info.config, info.layers));
  return info;
}

Result<Images> open_reference(RegistryReference reference, const OpenOptions& options) {
  options.progress->phase(fmt::format("asking {} for {}", reference.host, reference.repository));
  TRY_ASSIGN(std::shared_ptr<const RegistryClient> client,
             RegistryClient::make(std::move(reference), options));
  TRY_ASSIGN(RegistryDocument root, client->named_manifest());
  TRY_ASSIGN(Chosen chosen, Chooser(*client).run(root));
  TRY_ASSIGN(ImageInfo info, describe(*client, chosen));
  Images images;
  images.push_back(
      registry_image(std::move(client), std::move(info), std::move(chosen.manifest.layers)));
  return images;
}

}  // namespace

Result<Images> open_registry(std::string_view rest, const OpenOptions& options) {
  TRY_ASSIGN(RegistryReference reference, parse_registry_reference(rest));
  std::string name = reference.name();
  if (options.offline) {
    return Error(ErrorKind::Usage, fmt::format("{}: registries are not asked offline", name))
        .hint("Pull the image first, or leave out --offline");
  }
  Result<Images> images = open_reference(std::move(reference), options);
  if (images.ok() || images.error().kind() == ErrorKind::Cancelled) return images;
  return std::move(images).error().with(name);
}

}  // namespace whittle
