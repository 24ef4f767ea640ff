// The words of `docker create` and `podman create` that both programs share.
#pragma once

#include <string>
#include <vector>

#include "container/engine.h"

namespace whittle {

// Appends what the request asks for beyond names, ports, environment and memory; then its extra
// arguments, the image, and the command.
void add_run_options(const RunRequest& request, std::vector<std::string>& args);

}  // namespace whittle
