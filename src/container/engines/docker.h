// The Docker engine: images and containers through its API, builds through its command line.
#pragma once

#include <memory>

#include "container/engine.h"

namespace whittle {

// Errors: NotFound when no daemon answers or no usable `docker` program is installed.
Result<std::unique_ptr<Engine>> open_docker(const EngineOptions& options,
                                            const CancelToken& cancel);

}  // namespace whittle
