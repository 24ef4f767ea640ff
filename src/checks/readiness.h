// Whether an image can run with a read-only root file system, without capabilities, and not as
// root: what its configuration, its files and, where there is one, a trace say against it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checks/image_facts.h"
#include "model/readiness.h"

namespace whittle {

// What a traced run needed, as far as it goes beyond what is asked (trace/harden.h).
struct ObservedNeeds {
  std::vector<std::string> capabilities;       // "NET_BIND_SERVICE"
  std::vector<std::string> writable;           // folders outside of volumes that were written to
  std::vector<std::string> nonroot_obstacles;  // sentences
};

// `observed`: nullopt without a trace. What a trace tells better, is not guessed.
ImageReadiness judge_readiness(const ImageFacts& facts,
                               const std::optional<ObservedNeeds>& observed);

}  // namespace whittle
