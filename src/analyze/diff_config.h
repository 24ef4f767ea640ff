// Inside of analyze: configurations and packages of two images compared.
#pragma once

#include <vector>

#include "model/image_diff.h"

namespace whittle {

// In the order of a configuration: platform, run configuration, history, names of the base. With
// `semantic` no times, no history, nothing that only says how the image was made.
std::vector<ConfigChange> diff_config(const ImageInfo& before,
                                      const ImageInfo& after,
                                      bool semantic);

// By type and name.
std::vector<PackageChange> diff_packages(const PackageCatalog& before, const PackageCatalog& after);

}  // namespace whittle
