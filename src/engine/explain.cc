#include "engine/explain.h"

#include <algorithm>
#include <set>

#include "base/strings.h"
#include "vuln/ecosystems.h"

namespace whittle {

namespace {

bool is_named(const VulnFinding& finding, const VulnRecord& record) {
  return finding.id == record.id ||
         std::find(record.aliases.begin(), record.aliases.end(), finding.id) !=
             record.aliases.end();
}

bool is_named(const Package& package, const VulnAffected& affected) {
  const Ecosystem* ecosystem = find_ecosystem(affected.ecosystem);
  if (ecosystem == nullptr || ecosystem->type != package.type) return false;
  return index_name(*ecosystem, package.name) == affected.name ||
         (!package.source_name.empty() &&
          index_name(*ecosystem, package.source_name) == affected.name);
}

void keep_only(std::vector<VulnFinding>& findings,
               const VulnRecord& record,
               std::set<uint32_t>& packages) {
  std::erase_if(findings, [&](const VulnFinding& finding) { return !is_named(finding, record); });
  for (const VulnFinding& finding : findings) packages.insert(finding.package);
}

}  // namespace

Result<VulnInImage> explain_in_image(const ScanOptions& options,
                                     const Database& database,
                                     const fs::path& database_file,
                                     const VulnRecord& record) {
  VulnInImage result;
  TRY_ASSIGN(result.report, scan_image(options, &database, database_file));
  std::set<uint32_t> affected;
  keep_only(result.report.findings, record, affected);
  keep_only(result.report.suppressed, record, affected);
  const std::vector<Package>& packages = result.report.analysis->packages.packages;
  for (uint32_t i = 0; i < packages.size(); ++i) {
    if (!packages[i].is_installed || affected.contains(i)) continue;
    bool is_it = std::any_of(record.affected.begin(),
                             record.affected.end(),
                             [&](const VulnAffected& one) { return is_named(packages[i], one); });
    if (is_it) result.unaffected.push_back(i);
  }
  return result;
}

}  // namespace whittle
