// Two scans compared, as JSON: docs/json-schema/scan-diff.schema.json describes it.
#include <nlohmann/json.hpp>

#include "report/formats/formats_list.h"
#include "report/json_parts.h"
#include "report/scan_json.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchemaVersion = 1;

Json findings_of(const ScanReport& report) {
  Json whole = scan_json(report, false);
  return {{"findings", std::move(whole["findings"])},
          {"secrets", std::move(whole["secrets"])},
          {"checks", std::move(whole["checks"])}};
}

Json side_json(const ScanReport& report) {
  Json whole = scan_json(report, false);
  Json score = whole["attack_surface"].is_null() ? Json() : whole["attack_surface"]["score"];
  return {{"image", std::move(whole["image"])},
          {"distribution", std::move(whole["distribution"])},
          {"summary", std::move(whole["summary"])},
          {"attack_surface", std::move(score)},
          {"notes", std::move(whole["notes"])}};
}

}  // namespace

std::string scan_diff_as_json(const ScanDiff& diff, const RenderOptions& /*options*/) {
  Json json = report_head(kSchemaVersion, "scan --diff");
  Json whole = scan_json(diff.after, false);
  json["database"] = std::move(whole["database"]);
  json["scanners"] = std::move(whole["scanners"]);
  json["before"] = side_json(diff.before);
  json["after"] = side_json(diff.after);
  json["new"] = findings_of(diff.came);
  json["gone"] = findings_of(diff.went);
  json["same"] = {{"vulnerabilities", diff.same_vulnerabilities},
                  {"secrets", diff.same_secrets},
                  {"checks", diff.same_checks}};
  json["packages"] = Json::array();
  for (const PackageChange& change : diff.packages) {
    json["packages"].push_back({{"type", change.type},
                                {"name", change.name},
                                {"before", text_or_null(change.before)},
                                {"after", text_or_null(change.after)}});
  }
  return dump_report(json);
}

}  // namespace whittle
