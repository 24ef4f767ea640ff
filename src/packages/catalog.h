// Package databases to packages and the files they own. One cataloguer is one file in cataloguers/.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/package.h"
#include "model/tree.h"

namespace whittle {

// Files whose content cataloguers need, as a rule for the pass over a layer (image/read.h,
// ContentRule): small enough to keep, the same for every image. `kPackageFilesVersion` changes with
// it.
inline constexpr uint32_t kPackageFilesVersion = 2;
bool is_package_file(std::string_view path, uint64_t size_bytes);

// Reads the databases from the contents that the tree's layer indexes kept. Links of parent folders
// are followed ("/bin/sh" is "usr/bin/sh" where "bin" is a link). Thread-safe.
PackageCatalog catalog_packages(const MergedTree& tree);

}  // namespace whittle
