// The built-in engine, for machines without Docker or Podman: buildah builds, runc or crun runs an
// unpacked bundle.
#pragma once

#include <memory>

#include "container/engine.h"

namespace whittle {

// Errors: NotFound when buildah or both runtimes are missing, Failed without the rights or when no
// runtime works here.
Result<std::unique_ptr<Engine>> open_builtin(const EngineOptions& options,
                                             const CancelToken& cancel);

}  // namespace whittle
