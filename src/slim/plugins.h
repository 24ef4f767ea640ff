// Plug-ins that an image's configuration loads and nothing in it uses: a distribution's package of
// a server enables all of its modules, with the libraries they need.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/tree_paths.h"
#include "slim/depends.h"

namespace whittle {

// Whether unused_plugins() looks into a file.
bool is_plugin_evidence(std::string_view path, uint64_t size_bytes);

// The plug-ins, and the files of configuration that do nothing but load them. nginx: modules of
// which the image's configuration has no directive and no variable, loaded by files of their own.
// Deterministic; fails on nothing.
std::vector<NodeId> unused_plugins(const TreePaths& paths, const FileContents& contents);

}  // namespace whittle
