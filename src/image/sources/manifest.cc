#include "image/sources/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "codec/digest.h"
#include "image/json.h"
#include "image/sources/base64.h"

namespace whittle {

using nlohmann::json;

namespace {

constexpr std::string_view kEncryptionKeys = "org.opencontainers.image.enc.keys.";

Result<std::map<std::string, std::string>> parse_annotations(const json& owner) {
  std::map<std::string, std::string> annotations;
  TRY_ASSIGN(const json* found, json_object(owner, "annotations"));
  if (found == nullptr) return annotations;
  for (const auto& [key, ignored] : found->items()) {
    TRY_ASSIGN(annotations[key], json_string(*found, key));
  }
  return annotations;
}

Result<std::optional<Platform>> parse_platform(const json& owner) {
  TRY_ASSIGN(const json* found, json_object(owner, "platform"));
  if (found == nullptr) return std::optional<Platform>();
  Platform platform;
  TRY_ASSIGN(platform.os, json_string(*found, "os"));
  TRY_ASSIGN(platform.architecture, json_string(*found, "architecture"));
  TRY_ASSIGN(platform.variant, json_string(*found, "variant"));
  TRY_ASSIGN(platform.os_version, json_string(*found, "os.version"));
  return std::optional<Platform>(std::move(platform));
}

Result<BlobRef> parse_descriptor(const json& value) {
  BlobRef blob;
  if (!value.is_object()) return Error(ErrorKind::Invalid, "a descriptor is not a JSON object");
  TRY_ASSIGN(blob.media_type, json_string(value, "mediaType"));
  TRY_ASSIGN(blob.digest, json_string(value, "digest"));
  TRY_ASSIGN(int64_t size, json_integer(value, "size"));
  if (!digest_algorithm(blob.digest)) {
    return Error(ErrorKind::Invalid, fmt::format("`{}` is not a digest", printable(blob.digest)));
  }
  if (size < 0)
    return Error(ErrorKind::Invalid, fmt::format("{} has the size {}", blob.digest, size));
  blob.size = static_cast<uint64_t>(size);
  TRY_ASSIGN(blob.annotations, parse_annotations(value));
  TRY_ASSIGN(blob.platform, parse_platform(value));
  TRY_ASSIGN(blob.urls, json_strings(value, "urls"));
  TRY_ASSIGN(blob.artifact_type, json_string(value, "artifactType"));
  TRY_ASSIGN(std::string data, json_string(value, "data"));
  if (data.empty()) return blob;
  blob.data = decode_base64(data);
  if (!blob.data || digest_of(*blob.data, *digest_algorithm(blob.digest)) != blob.digest) {
    return Error(ErrorKind::Invalid,
                 fmt::format("the `data` of {} is something else", blob.digest));
  }
  return blob;
}

Result<std::vector<BlobRef>> parse_descriptors(const json& list) {
  std::vector<BlobRef> blobs;
  for (const json& item : list) {
    TRY_ASSIGN(BlobRef blob, parse_descriptor(item));
    blobs.push_back(std::move(blob));
  }
  return blobs;
}

Status check_version(const json& root) {
  TRY_ASSIGN(int64_t version, json_integer(root, "schemaVersion"));
  if (version == 2) return {};
  return Error(ErrorKind::Unsupported,
               fmt::format("manifests of schema version {} are not handled", version))
      .hint("Convert the image first, for example with skopeo copy --format oci");
}

// "encrypted for 2 recipients": every key scheme lists one wrapped key a recipient
// (ocicrypt, "Layer annotations").
std::string describe_encryption(const Descriptor& blob) {
  size_t recipients = 0;
  for (const auto& [key, value] : blob.annotations) {
    if (!key.starts_with(kEncryptionKeys)) continue;
    for (std::string_view part : split(value, ',')) {
      if (!trim(part).empty()) ++recipients;
    }
  }
  if (recipients == 0) return "encrypted";
  return "encrypted for " + count_of(recipients, "recipient");
}

}  // namespace

Result<ManifestDocument> parse_manifest(std::string_view text,
                                        std::string_view what,
                                        const Limits& limits) {
  TRY_ASSIGN(json root, parse_json(text, what, limits));
  if (!root.is_object())
    return Error(ErrorKind::Invalid, fmt::format("{} is not a JSON object", what));
  ManifestDocument document;
  TRY_ASSIGN(document.media_type, json_string(root, "mediaType"));
  TRY_ASSIGN(document.artifact_type, json_string(root, "artifactType"));
  TRY_ASSIGN(document.annotations, parse_annotations(root));
  TRY_ASSIGN(const json* manifests, json_array(root, "manifests"));
  if (manifests != nullptr) {
    document.is_index = true;
    TRY_ASSIGN(document.manifests, parse_descriptors(*manifests));
    return document;
  }
  TRY(check_version(root));
  TRY_ASSIGN(const json* config, json_object(root, "config"));
  if (config != nullptr) {
    TRY_ASSIGN(document.config, parse_descriptor(*config));
  }
  TRY_ASSIGN(const json* layers, json_array(root, "layers"));
  if (layers != nullptr) {
    TRY_ASSIGN(document.layers, parse_descriptors(*layers));
  }
  return document;
}

IndexItem index_item(const Descriptor& descriptor) {
  constexpr std::array<std::string_view, 4> kManifests = {
      "application/vnd.oci.image.manifest.v1+json",
      "application/vnd.docker.distribution.manifest.v2+json",
      "application/vnd.docker.distribution.manifest.v1+json",
      "application/vnd.docker.distribution.manifest.v1+prettyjws"};
  constexpr std::array<std::string_view, 2> kIndexes = {
      "application/vnd.oci.image.index.v1+json",
      "application/vnd.docker.distribution.manifest.list.v2+json"};
  for (std::string_view type : kManifests) {
    if (descriptor.media_type == type) return IndexItem::Manifest;
  }
  for (std::string_view type : kIndexes) {
    if (descriptor.media_type == type) return IndexItem::Index;
  }
  return IndexItem::Unknown;
}

bool is_attestation(const Descriptor& descriptor) {
  auto type = descriptor.annotations.find("vnd.docker.reference.type");
  if (type != descriptor.annotations.end() && type->second == "attestation-manifest") return true;
  return descriptor.platform && descriptor.platform->os == "unknown" &&
         descriptor.platform->architecture == "unknown";
}

Digest attested_manifest(const Descriptor& attestation) {
  auto found = attestation.annotations.find("vnd.docker.reference.digest");
  return found == attestation.annotations.end() ? Digest() : found->second;
}

bool is_provenance(const Descriptor& layer) {
  auto type = layer.annotations.find("in-toto.io/predicate-type");
  return type != layer.annotations.end() &&
         type->second.starts_with("https://slsa.dev/provenance/");
}

std::vector<std::string> annotated_names(const Descriptor& descriptor) {
  std::vector<std::string> names;
  auto full = descriptor.annotations.find("io.containerd.image.name");
  if (full != descriptor.annotations.end() && !full->second.empty()) names.push_back(full->second);
  auto ref = descriptor.annotations.find("org.opencontainers.image.ref.name");
  if (ref == descriptor.annotations.end() || ref->second.empty()) return names;
  // Beside the full name, Docker and containerd put the bare tag here.
  bool is_known =
      !names.empty() && (names[0] == ref->second || names[0].ends_with(":" + ref->second));
  if (!is_known) names.push_back(ref->second);
  return names;
}

bool is_tar_type(std::string_view media_type) {
  constexpr std::array<std::string_view, 6> kEnds = {
      ".tar", ".tar+gzip", ".tar+zstd", ".tar.gzip", ".tar.zstd", "/x-tar"};
  constexpr std::array<std::string_view, 5> kGeneral = {
      "", "application/octet-stream", "application/gzip", "application/x-gzip", "application/zstd"};
  for (std::string_view end : kEnds) {
    if (media_type.ends_with(end)) return true;
  }
  return std::find(kGeneral.begin(), kGeneral.end(), media_type) != kGeneral.end();
}

ConfigKind config_kind(std::string_view media_type) {
  if (media_type == "application/vnd.oci.image.config.v1+json" ||
      media_type == "application/vnd.docker.container.image.v1+json") {
    return ConfigKind::Image;
  }
  return media_type == "application/vnd.oci.empty.v1+json" ? ConfigKind::Other
                                                           : ConfigKind::Unknown;
}

Layer make_layer(const BlobRef& blob, bool is_held) {
  Layer layer;
  layer.blob = blob;
  if (contains(blob.media_type, "+encrypted")) {
    layer.availability = Availability::Encrypted;
    layer.why_unavailable = describe_encryption(blob);
    return layer;
  }
  if (is_held || blob.data) return layer;
  bool is_foreign = !blob.urls.empty() || contains(blob.media_type, "nondistributable") ||
                    contains(blob.media_type, ".foreign.");
  layer.availability = is_foreign ? Availability::Foreign : Availability::Missing;
  layer.why_unavailable = is_foreign ? "not distributed with the image" : "the blob is not there";
  if (!blob.urls.empty())
    layer.why_unavailable = "to be had from " + printable(blob.urls.front()) + " only";
  return layer;
}

Error unavailable_error(const Layer& layer, size_t index) {
  std::string blob = layer.blob.digest.empty() ? layer.diff_id : layer.blob.digest;
  std::string text = fmt::format("layer {} ({}): {}", index + 1, blob, layer.why_unavailable);
  switch (layer.availability) {
    case Availability::Encrypted:
      return Error(ErrorKind::Unsupported, text)
          .hint("Decrypt the image first, for example with skopeo copy --decryption-key");
    case Availability::Foreign:
      return Error(ErrorKind::NotFound, text)
          .hint("Add the layer to the image, for example by pulling it with the engine it is for");
    default:
      return Error(ErrorKind::NotFound, text)
          .hint("Pull the image again, or save it from an engine that has all of it");
  }
}

}  // namespace whittle
