#include "report/vex_rows.h"

#include <set>
#include <utility>

#include "base/sha1.h"
#include "model/package_url.h"
#include "report/analysis_summary.h"
#include "report/sbom_parts.h"
#include "report/scan_rows.h"

namespace whittle {

namespace {

VexRow row_of(const ScanReport& report, const VulnFinding& finding) {
  VexRow row;
  row.finding = &finding;
  row.purl = package_url(package_of(report, finding), report.analysis->packages.distribution);
  row.status = finding.vex_status.empty() ? "affected" : finding.vex_status;
  row.text = finding.suppressed.empty() ? finding.remedy : finding.suppressed;
  if (row.status == "not_affected") row.justification = finding.vex_justification;
  if (row.text.empty()) {
    row.text = finding.fixed_version.empty() ? "No fixed version is known"
                                             : "Raise it to " + finding.fixed_version;
  }
  return row;
}

}  // namespace

std::vector<VexRow> vex_rows(const ScanReport& report) {
  std::vector<VexRow> rows;
  std::set<std::pair<std::string, std::string>> seen;  // a package may lie at two places
  for (const std::vector<VulnFinding>* list : {&report.findings, &report.suppressed}) {
    for (const VulnFinding& finding : *list) {
      if (finding.is_informational) continue;
      VexRow row = row_of(report, finding);
      if (seen.emplace(finding.id, row.purl).second) rows.push_back(std::move(row));
    }
  }
  return rows;
}

std::string vex_image(const ScanReport& report) {
  std::string url = image_url(*report.analysis);
  if (url.empty()) url = image_name_url(*report.analysis);
  return url.empty() ? image_title(*report.analysis) : url;
}

std::string vex_time(const ScanReport& report) {
  std::string time = scan_time(report);
  return time.empty() ? "1970-01-01T00:00:00Z" : time;
}

std::string vex_digest(const ScanReport& report, const std::vector<VexRow>& rows) {
  std::string text = vex_image(report) + "\n" + vex_time(report) + "\n";
  for (const VexRow& row : rows) {
    for (const std::string* part : {&row.finding->id, &row.purl, &row.status, &row.text})
      text += *part + '\0';
  }
  return sha1_hex(text);
}

}  // namespace whittle
