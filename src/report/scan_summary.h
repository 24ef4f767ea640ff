// What the formats say of a finding of `scan`: places, levels and counts as text. Plain text,
// already safe to print.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/scan_report.h"

namespace whittle {

// The layer that the finding's package came with; null where it is not known.
const LayerFacts* layer_of(const ScanReport& report, const VulnFinding& finding);
// "Dockerfile:7", "base image", "layer 3"; "" unknown.
std::string where_text(const ScanReport& report, const VulnFinding& finding);
// "2 critical, 5 high"; levels without findings are left out.
std::string levels_text(const std::vector<VulnFinding>& findings);
// "12 vulnerabilities in 7 packages: 2 critical, 10 high", "no known vulnerabilities in 88
// packages".
std::string scan_verdict(const ScanReport& report);

}  // namespace whittle
