// What two scans differ in: what came, what went, what stayed.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/image_diff.h"
#include "model/scan_report.h"

namespace whittle {

struct ScanDiff {
  ScanReport before;
  ScanReport after;
  // Findings that count: `after` with those only that are new, `before` with those only that are
  // gone. Of a check only the evidence that is new or gone.
  ScanReport came;
  ScanReport went;
  // Those of `after` that were there before.
  uint64_t same_vulnerabilities = 0;
  uint64_t same_secrets = 0;
  uint64_t same_checks = 0;  // evidence
  std::vector<PackageChange> packages;
  std::optional<RiskLevel> fail_on;  // nothing: any new finding fails
};

// True where a new finding is at or above the level that fails.
bool has_failed(const ScanDiff& diff);
// Findings of all kinds; of checks, their evidence.
uint64_t count_findings(const ScanReport& report);

}  // namespace whittle
