// The runtime image of a JDK (lib/modules) without some of its modules. Format: the JDK's jimage,
// version 1.0, as jdk.internal.jimage and libjimage read it: a perfect hash of names, locations as
// attributes, strings, then the resources.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace whittle {

struct JimageFilter {
  std::set<std::string, std::less<>> without;  // names of modules
  std::set<std::string, std::less<>> plain;    // modules whose resources are not compressed
};

// The image without those modules; resources of the rest are compressed as `jlink --compress=zip`
// does, but for those that do not get smaller. Names keep their places in the hash. nullopt for
// what is no such file, or another version or byte order. Deterministic.
std::optional<std::string> filter_jimage(std::string_view bytes, const JimageFilter& filter);

}  // namespace whittle
