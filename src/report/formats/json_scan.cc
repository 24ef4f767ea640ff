// Findings of `scan` for programs.
#include <nlohmann/json.hpp>

#include "report/formats/formats_list.h"
#include "report/json_parts.h"
#include "report/scan_json.h"

namespace whittle {

std::string scan_as_json(const ScanReport& report, const RenderOptions& /*options*/) {
  return scan_json_text(report, report.show_suppressed);
}

std::string scans_as_json(const std::vector<ScanReport>& reports,
                          const RenderOptions& /*options*/) {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const ScanReport& report : reports) out.push_back(scan_json(report, report.show_suppressed));
  return dump_report(out);
}

}  // namespace whittle
