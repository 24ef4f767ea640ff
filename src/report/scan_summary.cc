#include "report/scan_summary.h"

#include <fmt/format.h>

#include <set>

#include "base/strings.h"
#include "report/analysis_summary.h"

namespace whittle {

const LayerFacts* layer_of(const ScanReport& report, const VulnFinding& finding) {
  const std::vector<LayerFacts>& layers = report.analysis->layers;
  uint32_t layer = package_of(report, finding).layer;
  return layer < layers.size() ? &layers[layer] : nullptr;
}

std::string where_text(const ScanReport& report, const VulnFinding& finding) {
  const LayerFacts* layer = layer_of(report, finding);
  if (layer == nullptr) return "";
  if (std::string place = place_text(layer->place); !place.empty()) return printable(place);
  if (layer->is_base) return "base image";
  return fmt::format("layer {}", package_of(report, finding).layer + 1);
}

std::string levels_text(const std::vector<VulnFinding>& findings) {
  std::vector<uint64_t> counts = count_by_level(findings);
  std::vector<std::string> parts;
  for (size_t i = kRiskLevels; i-- > 0;) {
    if (counts[i] > 0)
      parts.push_back(fmt::format("{} {}", counts[i], to_text(static_cast<RiskLevel>(i))));
  }
  return join(parts, ", ");
}

std::string scan_verdict(const ScanReport& report) {
  if (report.findings.empty()) {
    return fmt::format("no known vulnerabilities in {}",
                       count_of(report.matched_packages, "package"));
  }
  std::set<uint32_t> packages;
  for (const VulnFinding& finding : report.findings) packages.insert(finding.package);
  return fmt::format("{} {} in {}: {}",
                     report.findings.size(),
                     report.findings.size() == 1 ? "vulnerability" : "vulnerabilities",
                     count_of(packages.size(), "package"),
                     levels_text(report.findings));
}

}  // namespace whittle
