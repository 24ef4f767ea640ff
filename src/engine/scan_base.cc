#include "engine/scan_base.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "vuln/ignores.h"

namespace whittle {

namespace {

// A vulnerability of a package, whatever the version.
using Key = std::tuple<std::string, std::string, std::string>;

Key key_of(const ScanReport& report, const VulnFinding& finding) {
  const Package& package = package_of(report, finding);
  return {finding.id, package.type, package.name};
}

ScanOptions options_for(const ScanOptions& options, const InspectOptions& candidate) {
  ScanOptions own;
  own.inspect = candidate;
  own.scanners = kScanVulnerabilities;
  own.today = options.today;
  own.ignore_unfixed = options.ignore_unfixed;
  own.show_unimportant = options.show_unimportant;
  own.levels = options.levels;
  own.ignores = options.ignores;
  return own;
}

BaseChange change_of(const ScanReport& report, const VulnFinding& finding) {
  return {finding.id, package_of(report, finding).name, finding.level};
}

}  // namespace

Status judge_base_candidates(const ScanOptions& options,
                             const Database& database,
                             const fs::path& database_file,
                             ScanReport& report) {
  if (options.base_candidates.empty()) return {};
  const std::vector<LayerFacts>& layers = report.analysis->layers;
  std::map<Key, const VulnFinding*> own;
  for (const VulnFinding& finding : report.findings) {
    uint32_t layer = package_of(report, finding).layer;
    bool is_base = layer < layers.size() && layers[layer].is_base;
    if (is_base) own.emplace(key_of(report, finding), &finding);
  }
  if (report.analysis->base.layer_count == 0)
    report.notes.emplace_back(
        "which layers came with the base image is not known: name it by --base");
  for (const InspectOptions& candidate : options.base_candidates) {
    TRY_ASSIGN(ScanReport other,
               scan_image(options_for(options, candidate), &database, database_file));
    BaseCandidate result;
    result.name = candidate.target;
    std::map<Key, const VulnFinding*> theirs;
    for (const VulnFinding& finding : other.findings)
      theirs.emplace(key_of(other, finding), &finding);
    for (const auto& [key, finding] : own) {
      if (!theirs.contains(key)) result.gone.push_back(change_of(report, *finding));
    }
    result.stay = own.size() - result.gone.size();
    for (const auto& [key, finding] : theirs) {
      if (!own.contains(key)) result.come.push_back(change_of(other, *finding));
    }
    report.base_candidates.push_back(std::move(result));
  }
  return {};
}

}  // namespace whittle
