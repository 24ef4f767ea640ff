// Inside of analyze: what BuildKit's provenance says of how an image was made. Both shapes of the
// predicate: SLSA v0.2 and v1 (moby/buildkit docs/attestations/slsa-definitions.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "model/analysis.h"

namespace whittle {

struct Provenance {
  // An image the build read.
  struct Material {
    std::string name;  // "debian:bookworm-slim", "ghcr.io/a/b:1"
    Digest digest;
  };

  // One layer of a step's result, with the step's lines.
  struct StepLayers {
    std::string step;             // "step3"
    bool is_source = false;       // an image that was pulled
    std::vector<Digest> digests;  // of the blobs, base first
    uint32_t first_line = 0;      // 1-based; 0: unknown
    uint32_t last_line = 0;
  };

  std::vector<Material> materials;  // without frontends, in the order of the document
  std::string dockerfile_name;      // "Dockerfile"; "" for mode=min
  std::string dockerfile_text;      // "" for mode=min
  std::string target;               // --target
  std::vector<StepLayers> steps;    // those whose layers are known, by number
};

// Nullopt for what is no provenance of BuildKit's, or no JSON. Never fails.
std::optional<Provenance> parse_provenance(std::string_view statement, const Limits& limits);

// Per layer of the image: the lines of the step that made it. Empty when the steps' layers are not
// this image's.
std::vector<std::optional<SourcePlace>> places_by_provenance(const Provenance& provenance,
                                                             const ImageInfo& image);
// How many layers of the image a pulled image has; 0 unknown.
uint32_t base_layers_by_provenance(const Provenance& provenance, const ImageInfo& image);

// "docker.io/library/debian:12" and "debian:12" are one.
std::string familiar_name(std::string_view reference);

}  // namespace whittle
