// What another base image would mend. Inside of engine's scan.
#pragma once

#include "engine/scan.h"

namespace whittle {

// Scans each of the options' candidates for vulnerabilities, by the same rules, and adds what they
// would change. Errors: those of scan_image.
Status judge_base_candidates(const ScanOptions& options,
                             const Database& database,
                             const fs::path& database_file,
                             ScanReport& report);

}  // namespace whittle
