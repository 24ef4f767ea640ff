// Inside of containerd: the names of images in its database.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/image.h"

namespace whittle {

inline constexpr const char* kContainerdDatabase = "io.containerd.metadata.v1.bolt/meta.db";

struct ContainerdName {
  std::string space;  // namespace: "default", "k8s.io", "moby"
  std::string name;
  Descriptor target;
};

// All names, by namespace ("default" first) and name. Invalid for a damaged database; a name whose
// target cannot be read is left out.
Result<std::vector<ContainerdName>> containerd_names(std::string_view database);

}  // namespace whittle
