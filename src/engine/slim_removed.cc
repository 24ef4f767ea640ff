#include "engine/slim_removed.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "engine/scan.h"
#include "model/package_url.h"
#include "slim/depends.h"

namespace whittle {

namespace {

using PackageKey = std::tuple<std::string, std::string, std::string, std::string, std::string>;

PackageKey key_of(const Package& package) {
  return {package.type, package.name, package.version, package.architecture, package.database};
}

// The record of a system's package says nothing of its files; any other one is one of them.
bool is_gone(const ReadImage& original, const KeepSet& keep, size_t number) {
  const Package& package = original.packages().packages[number];
  if (keep.packages[number]) return false;
  if (is_of_system(package)) return true;
  NodeId record = original.tree.find(package.database);
  return record == kNoNode || !keep.at(record).is_kept;
}

}  // namespace

Result<std::vector<SlimRemovedVulnerability>> removed_vulnerabilities(const SlimOptions& options,
                                                                      const ReadImage& original,
                                                                      const KeepSet& keep) {
  std::set<PackageKey> gone;
  std::set<std::string> left;  // the same package may lie at another place, too
  const PackageCatalog& catalog = original.packages();
  for (size_t i = 0; i < catalog.packages.size(); ++i) {
    const Package& package = catalog.packages[i];
    if (!package.is_installed) continue;
    if (is_gone(original, keep, i)) {
      gone.insert(key_of(package));
    } else {
      left.insert(package_url(package, catalog.distribution));
    }
  }
  ScanOptions scan;
  scan.inspect = options.inspect;
  scan.today = options.today;
  scan.show_unimportant = true;
  TRY_ASSIGN(ScanReport report, scan_image(scan, options.database, options.database_file));
  std::vector<SlimRemovedVulnerability> removed;
  std::set<std::pair<std::string, std::string>> seen;  // a package may lie at two places
  for (const std::vector<VulnFinding>* list : {&report.findings, &report.suppressed}) {
    for (const VulnFinding& finding : *list) {
      const Package& package = package_of(report, finding);
      if (finding.is_informational || !gone.contains(key_of(package))) continue;
      std::string url = package_url(package, report.analysis->packages.distribution);
      if (left.contains(url) || !seen.emplace(finding.id, url).second) continue;
      removed.push_back({finding.id, finding.aliases, finding.summary, std::move(url)});
    }
  }
  std::sort(removed.begin(), removed.end(), [](const auto& a, const auto& b) {
    return std::tie(a.id, a.package_url) < std::tie(b.id, b.package_url);
  });
  return removed;
}

}  // namespace whittle
