#include "model/scan_report.h"

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr std::array<std::string_view, kRiskLevels> kLevelNames = {
    "unknown", "negligible", "low", "medium", "high", "critical"};

}  // namespace

std::string_view to_text(RiskLevel level) {
  return kLevelNames[static_cast<size_t>(level)];
}

std::optional<RiskLevel> parse_risk_level(std::string_view word) {
  for (size_t i = 0; i < kRiskLevels; ++i) {
    if (equals_ignoring_case(word, kLevelNames[i])) return static_cast<RiskLevel>(i);
  }
  return std::nullopt;
}

bool has_failed(const ScanReport& report) {
  if (!report.fail_on) return false;
  return std::any_of(report.findings.begin(), report.findings.end(), [&](const VulnFinding& found) {
    return found.level >= *report.fail_on;
  });
}

const Package& package_of(const ScanReport& report, const VulnFinding& finding) {
  return report.analysis->packages.packages[finding.package];
}

std::vector<uint64_t> count_by_level(const std::vector<VulnFinding>& findings) {
  std::vector<uint64_t> counts(kRiskLevels);
  for (const VulnFinding& finding : findings) ++counts[static_cast<size_t>(finding.level)];
  return counts;
}

}  // namespace whittle
