// Capabilities of files and their names.
#pragma once

#include <string>
#include <vector>

#include "model/layer_index.h"

namespace whittle {

struct FileCapabilities {
  uint64_t permitted = 0;
  bool is_effective = false;  // the program has them without asking, and cannot start without them
};

// From the extended attribute "security.capability" (linux/capability.h, vfs_cap_data revisions 1
// to 3); nothing for a file without it, or with something else in it.
FileCapabilities file_capabilities(const LayerIndex& layer, const Entry& entry);

// "CAP_NET_RAW": bit by bit.
std::vector<std::string> capability_names(uint64_t bits);
std::vector<std::string> capabilities_of(const LayerIndex& layer, const Entry& entry);

}  // namespace whittle
