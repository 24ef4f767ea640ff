// Inventories of any tool as catalogs: CycloneDX 1.2 to 1.6 and SPDX 2.2 and 2.3, both in JSON,
// also inside of an in-toto statement.
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/package.h"

namespace whittle {

// The packages that have a package URL; `owners` stays empty, for there is no image. What only
// properties tell (source names, layers) is read as Whittle, Syft and Trivy write it. Errors:
// Invalid for what is no JSON, Unsupported for another kind of document.
Result<PackageCatalog> read_sbom(std::string_view text);

// Whether the text looks like one that read_sbom takes. Looks at its beginning only.
bool is_sbom(std::string_view text);

}  // namespace whittle
