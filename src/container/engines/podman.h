// The Podman engine: everything through its command line, so that it needs no service.
#pragma once

#include <memory>

#include "container/engine.h"

namespace whittle {

// Errors: NotFound when podman is not installed, Failed when it does not work here.
Result<std::unique_ptr<Engine>> open_podman(const EngineOptions& options,
                                            const CancelToken& cancel);

}  // namespace whittle
