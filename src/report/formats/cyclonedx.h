// The inventory of an image as a CycloneDX document, for those who add to it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "model/analysis_report.h"

namespace whittle {

nlohmann::ordered_json cyclonedx_json(const SbomReport& report);
// "bom-ref" of each installed package, in the order of the catalog, and of the image.
std::vector<std::string> cyclonedx_refs(const PackageCatalog& catalog);
std::string cyclonedx_image_ref(const Analysis& analysis);

}  // namespace whittle
