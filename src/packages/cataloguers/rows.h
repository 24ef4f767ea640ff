// The rows of the table, one a file: cataloguers.cc names them all.
#pragma once

#include "packages/cataloguer.h"

namespace whittle {

extern const Cataloguer kDistributionCataloguer;
extern const Cataloguer kDpkgCataloguer;
extern const Cataloguer kApkCataloguer;
extern const Cataloguer kRpmCataloguer;
extern const Cataloguer kPipCataloguer;
extern const Cataloguer kNpmCataloguer;

}  // namespace whittle
