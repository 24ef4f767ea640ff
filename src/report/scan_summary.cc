#include "report/scan_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/strings.h"
#include "report/analysis_summary.h"

namespace whittle {

namespace {

// "2 critical, 5 high"; levels without findings are left out.
template <typename Finding>
std::string levels_text(const std::vector<Finding>& findings) {
  std::vector<uint64_t> counts = count_by_level(findings);
  std::vector<std::string> parts;
  for (size_t i = kRiskLevels; i-- > 0;) {
    if (counts[i] > 0)
      parts.push_back(fmt::format("{} {}", counts[i], to_text(static_cast<RiskLevel>(i))));
  }
  return join(parts, ", ");
}

std::string vulnerabilities_text(const ScanReport& report) {
  std::set<uint32_t> packages;
  for (const VulnFinding& finding : report.findings) packages.insert(finding.package);
  return fmt::format("{} {} in {}: {}",
                     report.findings.size(),
                     report.findings.size() == 1 ? "vulnerability" : "vulnerabilities",
                     count_of(packages.size(), "package"),
                     levels_text(report.findings));
}

template <typename Text>
std::vector<std::pair<std::string, size_t>> counted(const std::vector<ScanRow>& rows,
                                                    const Text& text_of) {
  std::map<std::string, size_t> counts;
  for (const ScanRow& row : rows) {
    if (const std::string& text = text_of(row); !text.empty()) ++counts[text];
  }
  return {counts.begin(), counts.end()};
}

}  // namespace

std::string where_text(const ScanReport& report, const ScanRow& row) {
  if (const SourcePlace* place = place_of(report, row)) return printable(place_text(*place));
  const LayerFacts* layer = layer_of(report, row);
  if (layer == nullptr) return "";
  if (layer->is_base) return "base image";
  return fmt::format("layer {}", row.layer + 1);
}

std::string scan_verdict(const ScanReport& report) {
  std::vector<std::string> found;
  std::vector<std::string> clean;
  auto looked_for = [&](ScannerSet scanner) { return (report.scanners & scanner) != 0; };
  if (!report.findings.empty()) {
    found.push_back(vulnerabilities_text(report));
  } else if (looked_for(kScanVulnerabilities)) {
    clean.push_back("no known vulnerabilities in " + count_of(report.matched_packages, "package"));
  }
  if (!report.secrets.empty()) {
    found.push_back(count_of(report.secrets.size(), "secret") + ": " + levels_text(report.secrets));
  } else if (looked_for(kScanSecrets)) {
    clean.emplace_back("no secrets");
  }
  if (!report.checks.empty()) {
    found.push_back(fmt::format("{} of the configuration: {}",
                                report.checks.size() == 1
                                    ? "1 weakness"
                                    : fmt::format("{} weaknesses", report.checks.size()),
                                levels_text(report.checks)));
  } else if (looked_for(kScanConfiguration)) {
    clean.emplace_back("no weak configuration");
  }
  if (!clean.empty()) found.push_back(join(clean, ", "));
  return join(found, "; ");
}

size_t count_in_base(const ScanReport& report) {
  const std::vector<LayerFacts>& layers = report.analysis->layers;
  auto is_in_base = [&](const VulnFinding& finding) {
    uint32_t layer = package_of(report, finding).layer;
    return layer < layers.size() && layers[layer].is_base;
  };
  return static_cast<size_t>(
      std::count_if(report.findings.begin(), report.findings.end(), is_in_base));
}

std::string base_share(const ScanReport& report) {
  const BaseImage& base = report.analysis->base;
  if (base.layer_count == 0 || report.findings.empty()) return "";
  size_t count = count_in_base(report);
  return fmt::format("{} of {} {} with the base image{}",
                     count,
                     report.findings.size() == 1
                         ? "1 vulnerability"
                         : fmt::format("{} vulnerabilities", report.findings.size()),
                     count == 1 ? "comes" : "come",
                     base.name.empty() ? "" : " " + printable(base.name));
}

std::string usage_share(const ScanReport& report) {
  if (!report.has_usage || report.findings.empty()) return "";
  auto unused =
      std::count_if(report.findings.begin(), report.findings.end(), [](const VulnFinding& finding) {
        return finding.usage == PackageUsage::Unused;
      });
  return fmt::format("{} of {} {} in packages that the entry point does not use",
                     unused,
                     report.findings.size() == 1
                         ? "1 vulnerability"
                         : fmt::format("{} vulnerabilities", report.findings.size()),
                     unused == 1 ? "is" : "are");
}

std::string candidate_text(const BaseCandidate& candidate) {
  size_t gone = candidate.gone.size();
  uint64_t all = gone + candidate.stay;
  return fmt::format("{} as the base image: {} of {} {} {}, {} {}, {} {}",
                     printable(candidate.name),
                     gone,
                     all,
                     all == 1 ? "vulnerability" : "vulnerabilities",
                     gone == 1 ? "goes" : "go",
                     candidate.stay,
                     candidate.stay == 1 ? "stays" : "stay",
                     candidate.come.size(),
                     candidate.come.size() == 1 ? "comes" : "come");
}

std::string readiness_words(const ReadinessAspect& aspect) {
  switch (aspect.verdict) {
    case ReadinessVerdict::No:
      return "no";
    case ReadinessVerdict::Likely:
      return aspect.obstacles.empty() ? "likely" : "likely, with what follows";
    case ReadinessVerdict::With:
      return "as the traced runs show, with what follows";
    case ReadinessVerdict::Yes:
      break;
  }
  return "as the traced runs show";
}

std::string obstacle_text(const Obstacle& obstacle) {
  std::string text = obstacle.text;
  if (!obstacle.option.empty()) text += ": " + obstacle.option;
  if (!obstacle.remedy.empty()) text += ". " + obstacle.remedy;
  return text;
}

std::string tenths_text(uint64_t tenths) {
  return tenths % 10 == 0 ? fmt::format("{}", tenths / 10)
                          : fmt::format("{}.{}", tenths / 10, tenths % 10);
}

std::vector<std::pair<std::string, size_t>> remedies_of(const ScanReport& report) {
  std::vector<ScanRow> rows = scan_rows(report);
  std::map<std::string_view, RiskLevel> gravest;
  for (const ScanRow& row : rows) {
    RiskLevel& level = gravest.try_emplace(row.help, row.level).first->second;
    level = std::max(level, row.level);
  }
  auto remedies = counted(rows, [](const ScanRow& row) -> const std::string& { return row.help; });
  std::stable_sort(remedies.begin(), remedies.end(), [&](const auto& a, const auto& b) {
    return std::pair(gravest.at(a.first), a.second) > std::pair(gravest.at(b.first), b.second);
  });
  return remedies;
}

std::vector<std::pair<std::string, size_t>> suppressed_by_reason(const ScanReport& report) {
  return counted(scan_rows(report, ScanRowsWith::Suppressed),
                 [](const ScanRow& row) -> const std::string& { return row.suppressed; });
}

}  // namespace whittle
