// Inside of engine: what is known of the vulnerabilities of packages that a slim image has no more.
#pragma once

#include <vector>

#include "analyze/read_image.h"
#include "engine/slim.h"
#include "model/keep_set.h"
#include "model/slim_report.h"

namespace whittle {

// The original is scanned; needs the options' database. By id, then by package. Errors: those of
// scan_image.
Result<std::vector<SlimRemovedVulnerability>> removed_vulnerabilities(const SlimOptions& options,
                                                                      const ReadImage& original,
                                                                      const KeepSet& keep);

}  // namespace whittle
