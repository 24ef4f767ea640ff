// Installed packages as the image's own databases record them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/tree.h"

namespace whittle {

inline constexpr uint32_t kNoPackage = UINT32_MAX;

struct Package {
  std::string type;  // "deb", "apk", "rpm", "pypi", "npm"
  std::string name;
  std::string version;  // "" where only a file's content would tell and it was not kept
  std::string architecture;
  std::string source_name;     // "" for the same as the package's
  std::string source_version;  // "" for the same
  std::string database;        // path of the record in the image: "var/lib/dpkg/status"
  uint32_t layer = 0;          // whose record it is: the topmost that has it
  // False: only databases of lower layers have it, a later layer removed it. Names what lost files
  // belonged to; no part of what the image has.
  bool is_installed = true;
  bool operator==(const Package&) const = default;
};

struct PackageCatalog {
  // Of the merged tree, by type, name, version, architecture, database; then in the same order those
  // that are not installed any more.
  std::vector<Package> packages;
  // [layer][entry]: index into packages, or kNoPackage. An entry that did not survive belongs to
  // the package whose record in its own or a later layer names its path. A file that an OS package
  // owns is the OS package's, also below site-packages.
  std::vector<std::vector<uint32_t>> owners;
  std::vector<std::string> problems;  // unreadable databases, for people
};

}  // namespace whittle
