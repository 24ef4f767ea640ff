#include "report/scan_sums.h"

#include <fmt/format.h>

#include "report/analysis_summary.h"

namespace whittle {

ScanSum scan_sum(const ScanReport& report) {
  std::vector<uint64_t> counts = count_by_level(report.findings);
  auto count = [&](RiskLevel level) {
    return fmt::format("{}", counts[static_cast<size_t>(level)]);
  };
  uint64_t others = counts[static_cast<size_t>(RiskLevel::Negligible)] +
                    counts[static_cast<size_t>(RiskLevel::Unknown)];
  auto unless_skipped = [&](ScannerSet scanner, std::string text) {
    return (report.scanners & scanner) == 0 ? std::string("-") : std::move(text);
  };
  return {image_title(*report.analysis),
          unless_skipped(kScanVulnerabilities, count(RiskLevel::Critical)),
          unless_skipped(kScanVulnerabilities, count(RiskLevel::High)),
          unless_skipped(kScanVulnerabilities, count(RiskLevel::Medium)),
          unless_skipped(kScanVulnerabilities, count(RiskLevel::Low)),
          unless_skipped(kScanVulnerabilities, fmt::format("{}", others)),
          unless_skipped(kScanSecrets, fmt::format("{}", report.secrets.size())),
          unless_skipped(kScanConfiguration, fmt::format("{}", report.checks.size()))};
}

}  // namespace whittle
