// Inside of analyze: the lines of a Dockerfile that made the layers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyze/analyze.h"
#include "analyze/provenance.h"

namespace whittle {

struct Places {
  std::vector<std::optional<SourcePlace>> layers;  // one a layer
  std::optional<uint32_t> first_own_layer;         // by a Dockerfile whose instructions fit
  std::string from;  // the image of the FROM that begins the last stage's chain; "" for scratch
};

// By the Dockerfile that was given; else, or when it is the one that was built, by provenance that
// knows the lines; else by the Dockerfile in the provenance. `notes` gets what does not fit.
Places find_places(const AnalyzeInput& input,
                   const std::optional<Provenance>& provenance,
                   std::vector<std::string>& notes);

}  // namespace whittle
