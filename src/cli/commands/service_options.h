// The options of the commands that run images beside services of a Compose file (trace, slim,
// optimize).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/fs.h"
#include "cli/command.h"
#include "container/probe.h"
#include "model/services.h"

namespace whittle {

struct ServiceSettings {
  std::string file;     // --compose; "": none
  std::string service;  // --compose-service
};

// --compose and --compose-service: one group.
const std::vector<OptionRowGroup<ServiceSettings>>& service_rows();

// The plan for an image, by its name or by the folder it is built from; nothing without --compose.
// Where the probe has no port yet it gets the first that the service publishes. Errors: those of
// reading the file and of choosing the service.
Result<std::optional<ServicePlan>> services_for_image(const ServiceSettings& settings,
                                                      const std::string& image,
                                                      ProbeSpec& probe);
Result<std::optional<ServicePlan>> services_for_build(const ServiceSettings& settings,
                                                      const fs::path& context,
                                                      ProbeSpec& probe);

}  // namespace whittle
