// The library's way to tell what an image has to do with one vulnerability.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/scan.h"
#include "vuln/lookup.h"

namespace whittle {

struct VulnInImage {
  ScanReport report;  // findings and suppressed are those of this vulnerability
  // Installed packages that records name, in versions that none of them means; indices.
  std::vector<uint32_t> unaffected;
};

// Scans for vulnerabilities alone. Errors: those of scan_image.
Result<VulnInImage> explain_in_image(const ScanOptions& options,
                                     const Database& database,
                                     const fs::path& database_file,
                                     const VulnRecord& record);

}  // namespace whittle
