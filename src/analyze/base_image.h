// Inside of analyze: which layers came with FROM.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyze/provenance.h"
#include "model/analysis.h"

namespace whittle {

struct BaseClues {
  const ImageInfo* image = nullptr;  // required
  const ImageInfo* named = nullptr;  // the image of --base
  std::string named_as;
  const Provenance* provenance = nullptr;
  // From a Dockerfile that fits: the first layer that is one of its instructions', and the image of
  // its FROM ("" for a stage of scratch or an unknown one). Nullopt without a Dockerfile.
  std::optional<uint32_t> first_own_layer;
  std::string from;
};

// The first clue that holds, in this order: the named image, provenance, the Dockerfile,
// annotation, history. `notes` gets what was named and does not fit.
BaseImage find_base(const BaseClues& clues, std::vector<std::string>& notes);

}  // namespace whittle
