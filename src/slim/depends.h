// Inside of slim: what packages of the operating system depend on, as their databases say.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/package.h"

namespace whittle {

// Contents of files by path, as a reader of the layers handed them over.
using FileContents = std::map<std::string, std::string, std::less<>>;

// Of an operating system: what else it needs and which files are its, its database says.
inline bool is_of_system(const Package& package) {
  return package.type == "deb" || package.type == "apk" || package.type == "rpm";
}

// Whether a path is a database that package_dependencies() reads.
bool is_dependency_database(std::string_view path);

// By package of the catalog: the packages it depends on, as numbers, sorted. Of alternatives the
// first that is installed. Sources: Debian policy, 7.1 and 7.5 (Depends, Pre-Depends, Provides);
// apk_installed(5) (D, p). For packages of other databases nothing is known.
std::vector<std::vector<uint32_t>> package_dependencies(const PackageCatalog& catalog,
                                                        const FileContents& contents);

}  // namespace whittle
