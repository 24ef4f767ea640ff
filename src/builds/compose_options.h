// Keys of a service that are words of `docker run` and `podman run`. Internal to
// compose_services.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "builds/compose_service.h"

namespace whittle {

bool is_run_option(std::string_view key);

// Appends "--cap-add=NET_ADMIN". A key that has one value takes the place of an earlier one.
Status read_run_option(std::string_view key,
                       const YamlNode& node,
                       const ComposeScope& scope,
                       std::vector<std::string>& options);

}  // namespace whittle
