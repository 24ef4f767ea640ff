// What each change of a plan saved, measured in the images before and after it. Every stored byte
// of both images is counted once: by the first change whose scope takes it, or as unattributed, so
// that all adds up exactly.
#pragma once

#include <cstdint>
#include <vector>

#include "analyze/read_image.h"
#include "context/context.h"
#include "dockerfile/expand.h"
#include "model/dockerfile.h"
#include "model/plan.h"

namespace whittle {

struct Savings {
  std::vector<int64_t>
      image_bytes;  // per change: stored bytes before minus after within its scope; negative: grew
  int64_t unattributed = 0;  // the rest: total before - total after - the sum of image_bytes
};

// What the image before was built from. `layer_lines`: per layer, the line of the Dockerfile that
// made it, 0 if unknown.
struct BuiltFrom {
  const Dockerfile& file;
  const Evaluation& evaluation;
  const BuildContext& context;
  std::vector<uint32_t> layer_lines;
};

// Thread-safe.
Savings measure_savings(const ReadImage& before,
                        const ReadImage& after,
                        const BuiltFrom& built_from,
                        const std::vector<Change>& changes);

}  // namespace whittle
