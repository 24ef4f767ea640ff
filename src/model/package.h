// Installed packages as the image's own databases record them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/tree.h"

namespace whittle {

inline constexpr uint32_t kNoPackage = UINT32_MAX;

// What the image's os-release(5) says; all "" without one.
struct Distribution {
  std::string id;                 // "debian", "alpine", "ubuntu", "rocky", "sles"
  std::string version;            // VERSION_ID: "12", "3.19.4"
  std::string codename;           // "bookworm"
  std::string name;               // PRETTY_NAME
  std::vector<std::string> like;  // ID_LIKE
  // Alpine: the branch that the package manager's repositories name: "v3.19", "edge"; else "".
  std::string branch;
  bool operator==(const Distribution&) const = default;
};

struct Package {
  std::string type;  // as in a package URL: "deb", "apk", "rpm", "pypi", "npm"
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
  std::string module;                 // rpm: the label of the module stream; else ""
  std::vector<std::string> licenses;  // as the record words them
  // Index of the operating system's package whose file the record is, as Debian's python3-six
  // brings six's .dist-info; kNoPackage for what was installed beside it.
  uint32_t owner = kNoPackage;
  bool operator==(const Package&) const = default;
};

struct PackageCatalog {
  // Of the merged tree, by type, name, version, architecture, database; then in the same order
  // those that are not installed any more.
  std::vector<Package> packages;
  // [layer][entry]: index into packages, or kNoPackage. An entry that did not survive belongs to
  // the package whose record in its own or a later layer names its path. A file that an OS package
  // owns is the OS package's, also below site-packages.
  std::vector<std::vector<uint32_t>> owners;
  std::vector<std::string> problems;  // unreadable databases, for people
  Distribution distribution;
};

}  // namespace whittle
