// Inside of engine: the services that an image is run beside, made ready for one engine.
#pragma once

#include <string>
#include <vector>

#include "container/engine.h"
#include "image/source.h"
#include "model/services.h"

namespace whittle {

// The configuration of an image that the engine has.
Result<RunConfig> config_in_engine(Engine& engine,
                                   const std::string& image,
                                   const OpenOptions& open);

// Settles for each of the others which image of the engine it is, and its health check; looks at
// the folders and files that are mounted. Appends what is left out to `notes`. Errors: Unsupported
// for an engine without networks, NotFound for images and mounts that are not there.
Status prepare_services(ServicePlan& plan,
                        Engine& engine,
                        const OpenOptions& open,
                        std::vector<std::string>& notes);

}  // namespace whittle
