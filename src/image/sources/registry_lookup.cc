#include "image/sources/registry_lookup.h"

#include <algorithm>

#include "image/config.h"
#include "image/sources/manifest.h"
#include "image/sources/registry_client.h"

namespace whittle {

namespace {

Result<std::shared_ptr<const RegistryClient>> client_for(std::string_view reference,
                                                         const OpenOptions& options) {
  if (options.offline) return Error(ErrorKind::Usage, "no registry is asked: offline");
  TRY_ASSIGN(RegistryReference parsed, parse_registry_reference(reference));
  return RegistryClient::make(std::move(parsed), options);
}

}  // namespace

Result<Digest> look_up_digest(std::string_view reference, const OpenOptions& options) {
  TRY_ASSIGN(std::shared_ptr<const RegistryClient> client, client_for(reference, options));
  TRY_ASSIGN(RegistryDocument document, client->named_manifest());
  return document.digest;
}

Result<std::vector<Platform>> look_up_platforms(std::string_view reference,
                                                const OpenOptions& options) {
  TRY_ASSIGN(std::shared_ptr<const RegistryClient> client, client_for(reference, options));
  TRY_ASSIGN(RegistryDocument named, client->named_manifest());
  TRY_ASSIGN(ManifestDocument document, parse_manifest(named.text, "manifest", options.limits));
  std::vector<Platform> platforms;
  for (const BlobRef& item : document.manifests) {
    bool is_image = item.platform && !is_attestation(item) && item.platform->os != "unknown";
    bool is_new = is_image &&
                  std::find(platforms.begin(), platforms.end(), *item.platform) == platforms.end();
    if (is_new) platforms.push_back(*item.platform);
  }
  if (document.is_index || !document.config) return platforms;
  TRY_ASSIGN(std::string json, client->document(*document.config));
  TRY_ASSIGN(ImageConfig config, parse_image_config(std::move(json), options.limits));
  platforms.push_back(config.platform);
  return platforms;
}

}  // namespace whittle
