// Inside of sources: manifests and indexes as values (OCI image-spec v1.1: descriptor.md,
// image-index.md, manifest.md; Docker's schema 2 and manifest lists), and what a media type says
// about a layer.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "model/image.h"

namespace whittle {

// A descriptor with what only opening needs.
struct BlobRef : Descriptor {
  std::vector<std::string> urls;
  std::string artifact_type;
  std::optional<std::string> data;  // the blob itself, where the descriptor carries it
};

// A manifest or an index.
struct ManifestDocument {
  bool is_index = false;
  std::string media_type;
  std::string artifact_type;
  std::map<std::string, std::string> annotations;
  std::vector<BlobRef> manifests;  // of an index
  std::optional<BlobRef> config;   // of a manifest
  std::vector<BlobRef> layers;
};

// `what` names the document in errors. Invalid for what is neither; Unsupported for schema 1.
Result<ManifestDocument> parse_manifest(std::string_view text,
                                        std::string_view what,
                                        const Limits& limits);

// What the items of an index are, by their media types. Types nobody knows are passed over, as the
// specification asks.
enum class IndexItem { Index, Manifest, Unknown };
IndexItem index_item(const Descriptor& descriptor);

// Provenance, bills of material and signatures that stand beside the images of an index.
bool is_attestation(const Descriptor& descriptor);
// The manifest that an attestation is about; "" if it does not say.
Digest attested_manifest(const Descriptor& attestation);
// True for a layer of an attestation manifest that is an SLSA provenance statement.
bool is_provenance(const Descriptor& layer);

// References that annotations give an item.
std::vector<std::string> annotated_names(const Descriptor& descriptor);

// True for the configuration of an image; unknown types have to be looked into.
enum class ConfigKind { Image, Other, Unknown };
ConfigKind config_kind(std::string_view media_type);

// True for layers that are tar archives, whatever their compression, and for types that say
// nothing.
bool is_tar_type(std::string_view media_type);
// A layer with its availability; `is_held`: the source has the blob.
Layer make_layer(const BlobRef& blob, bool is_held);
// Why a layer cannot be opened, with what to do. `layer` is not Here; `index` counts from 0.
Error unavailable_error(const Layer& layer, size_t index);

}  // namespace whittle
