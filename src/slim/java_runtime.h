// A JDK's runtime image in a slim image: without the parts that nothing names, the rest compressed.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/tree_paths.h"
#include "slim/depends.h"
#include "slim/layer_plan.h"

namespace whittle {

// "usr/lib/jvm/java-17-openjdk-amd64/lib/modules".
bool is_java_runtime(std::string_view path);

// The libraries of the parts beside each runtime image.
std::vector<NodeId> java_libraries(const TreePaths& paths,
                                   const FileContents& contents,
                                   const std::set<std::string_view>& without_parts);

struct JavaEdits {
  NodeEdits edits;
  std::vector<std::string> notes;  // what became smaller; for people
};

// Runtime images without these parts (names of java_parts()), and the class data archives beside
// them, which hold the size of the runtime image they belong to. `contents` has the runtime images;
// one that cannot be read stays as it is.
JavaEdits java_edits(const TreePaths& paths,
                     const FileContents& contents,
                     const std::set<std::string_view>& without_parts);

}  // namespace whittle
