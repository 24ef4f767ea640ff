// Parts of a JDK that programs on a server seldom use: which modules and libraries they are, and by
// which packages a program that uses them names them.
#pragma once

#include <string_view>
#include <vector>

namespace whittle {

// One row a part; it is there whole or not at all. Lists are split by blanks.
struct JavaPart {
  std::string_view name;
  std::string_view what;       // for people
  std::string_view packages;   // beginnings, "java/awt"
  std::string_view modules;    // no module of the rest of the JDK requires one
  std::string_view libraries;  // beside lib/modules
  std::string_view programs;   // in bin/: that one of them is needed says the same as a package
};

const std::vector<JavaPart>& java_parts();

}  // namespace whittle
