// The rows of the table, one a file: cataloguers.cc names them all.
#pragma once

#include "packages/cataloguer.h"

namespace whittle {

extern const Cataloguer kDistributionCataloguer;
extern const Cataloguer kDpkgCataloguer;
extern const Cataloguer kCopyrightCataloguer;
extern const Cataloguer kApkCataloguer;
extern const Cataloguer kRpmCataloguer;
extern const Cataloguer kPipCataloguer;
extern const Cataloguer kNpmCataloguer;
extern const Cataloguer kGemCataloguer;
extern const Cataloguer kComposerCataloguer;
extern const Cataloguer kCondaCataloguer;
extern const Cataloguer kDotnetCataloguer;
extern const Cataloguer kBitnamiCataloguer;
extern const Cataloguer kJavaCataloguer;
extern const Cataloguer kRuntimesCataloguer;
extern const Cataloguer kLockfilesCataloguer;
extern const Cataloguer kProgramsCataloguer;

}  // namespace whittle
