// Inside of engine: the slim twin of the image that `optimize` rebuilt, proven against the
// baseline.
#pragma once

#include <optional>
#include <string>

#include "engine/slim.h"
#include "engine/workshop.h"

namespace whittle {

struct SlimTwin {
  SlimSide side;
  std::optional<SlimReport> report;  // absent where slimming ended with an error
  std::string image;                 // its name in the engine until the workshop goes
};

// `image`: the rebuilt one, of `image_bytes`; `name`: what reports call it. `baseline`: what the
// probe said of the unchanged project's image. A twin that is not smaller or does not pass is no
// error: SlimSide::why_not says why. Errors: interruption.
Result<SlimTwin> make_slim_twin(const OptimizeOptions& options,
                                Engine& engine,
                                Workshop& workshop,
                                const std::string& image,
                                const std::string& name,
                                uint64_t image_bytes,
                                const ProbeResult& baseline,
                                const CancelToken& cancel,
                                Progress& progress);

}  // namespace whittle
