// Package databases to packages and the files they own. One cataloguer is one file in cataloguers/.
#pragma once

#include <cstdint>

#include "model/content_topic.h"
#include "model/package.h"
#include "model/tree.h"

namespace whittle {

// Sets of contents that cataloguers need. The databases of package managers tell what is installed
// and who owns which file; they are small and cost no look at anything else. An inventory also
// looks into programs and archives, and reads the texts of licenses.
inline constexpr uint8_t kPackageDatabases = 1;
inline constexpr uint8_t kPackageInventory = 2;
// Lock files of an application's sources: what was asked for, not what is there.
inline constexpr uint8_t kPackageLockfiles = 4;

// What the pass over a layer keeps for those sets (image/read.h); the same for every image.
ContentWish package_contents(uint8_t sets);

// Reads the databases from the contents that the tree's layer indexes kept, of those sets alone,
// whatever else was kept. Links of parent folders are followed ("/bin/sh" is "usr/bin/sh" where
// "bin" is a link). Thread-safe.
PackageCatalog catalog_packages(const MergedTree& tree, uint8_t sets = kPackageDatabases);

}  // namespace whittle
