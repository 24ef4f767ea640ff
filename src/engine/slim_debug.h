// Inside of engine: the tools of a slim image's debug companion.
#pragma once

#include <string>

#include "engine/slim_source.h"

namespace whittle {

struct DebugTools {
  std::string busybox;  // the program
  std::string from;     // for people: "the image's bin/busybox"
};

// A static busybox for the image's architecture: of the image itself, else of this machine. Error:
// NotFound.
Result<DebugTools> find_debug_tools(const SlimSource& source,
                                    const TreePaths& paths,
                                    const OpenOptions& open);

}  // namespace whittle
