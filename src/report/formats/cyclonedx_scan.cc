// Findings of `scan` as CycloneDX 1.6: the inventory that `sbom` writes, and a vulnerability a
// finding. Secrets and failed checks affect the image itself.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "report/formats/cyclonedx.h"
#include "report/formats/formats_list.h"
#include "report/json_parts.h"
#include "report/sbom_parts.h"
#include "report/scan_rows.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

constexpr RiskWords kSeverities = {"unknown", "info", "low", "medium", "high", "critical"};
constexpr int kHardCodedCredentials = 798;  // of CWE

std::string_view method_of(std::string_view vector) {
  if (vector.starts_with("CVSS:4")) return "CVSSv4";
  if (vector.starts_with("CVSS:3.1")) return "CVSSv31";
  if (vector.starts_with("CVSS:3")) return "CVSSv3";
  return vector.empty() ? "other" : "CVSSv2";
}

Json rating_json(const ScanRow& row) {
  Json out = Json::object();
  if (row.vulnerability == nullptr) return {{"severity", word_for(row.level, kSeverities)}};
  const VulnFinding& finding = *row.vulnerability;
  if (!finding.level_source.empty()) out["source"] = {{"name", finding.level_source}};
  if (finding.score) out["score"] = *finding.score;
  out["severity"] = word_for(row.level, kSeverities);
  out["method"] = method_of(finding.cvss);
  if (!finding.cvss.empty()) out["vector"] = finding.cvss;
  return out;
}

Json references_json(const VulnFinding& finding) {
  Json list = Json::array();
  for (const std::string& alias : finding.aliases) {
    std::string source(alias.substr(0, alias.find('-')));
    list.push_back({{"id", alias}, {"source", {{"name", source}}}});
  }
  return list;
}

// The states that CycloneDX and VEX share; "" says nothing.
std::string_view state_of(const VulnFinding& finding) {
  if (finding.vex_status == "not_affected") return "not_affected";
  if (finding.vex_status == "fixed") return "resolved";
  if (finding.vex_status == "under_investigation") return "in_triage";
  return finding.vex_status == "affected" ? "exploitable" : "";
}

std::string_view justification_of(const VulnFinding& finding) {
  std::string_view word = finding.vex_justification;
  if (word == "component_not_present" || word == "vulnerable_code_not_present")
    return "code_not_present";
  if (word == "vulnerable_code_not_in_execute_path") return "code_not_reachable";
  if (word == "inline_mitigations_already_exist") return "protected_by_mitigating_control";
  return word == "vulnerable_code_cannot_be_controlled_by_adversary" ? "requires_environment" : "";
}

Json analysis_json(const ScanRow& row) {
  Json out = Json::object();
  if (row.vulnerability != nullptr) {
    std::string_view state = state_of(*row.vulnerability);
    std::string_view justification = justification_of(*row.vulnerability);
    if (!state.empty()) out["state"] = state;
    if (!justification.empty()) out["justification"] = justification;
  }
  if (!row.suppressed.empty()) out["detail"] = row.suppressed;
  return out;
}

void add_property(std::string_view name, std::string_view value, Json& list) {
  if (!value.empty()) list.push_back({{"name", name}, {"value", value}});
}

Json properties_json(const ScanRow& row) {
  Json list = Json::array();
  if (row.vulnerability != nullptr) {
    const VulnFinding& finding = *row.vulnerability;
    add_property("whittle:fixed_version", finding.fixed_version, list);
    add_property("whittle:exploited_since", finding.exploited_since, list);
    if (finding.epss) add_property("whittle:epss", Json(*finding.epss).dump(), list);
    return list;
  }
  add_property("whittle:kind", row.secret != nullptr ? "secret" : "check", list);
  add_property("whittle:place", row.subject, list);
  if (row.layer != kNoLayer) add_property("whittle:layer", Json(row.layer + 1).dump(), list);
  if (row.secret != nullptr) {
    add_property("whittle:masked", row.secret->masked, list);
    add_property("whittle:fingerprint", row.secret->fingerprint, list);
  }
  return list;
}

Json vulnerability_json(const ScanReport& report,
                        const std::vector<std::string>& refs,
                        const ScanRow& row) {
  Json out = {{"bom-ref", row.fingerprint}, {"id", row.id}};
  bool has_link = is_link(row.url);
  if (has_link) out["source"] = {{"url", row.url}};
  if (row.vulnerability != nullptr && !row.vulnerability->aliases.empty())
    out["references"] = references_json(*row.vulnerability);
  out["ratings"] = Json::array({rating_json(row)});
  if (row.secret != nullptr) out["cwes"] = Json::array({kHardCodedCredentials});
  out["description"] = row.message;
  if (!row.help.empty()) out["recommendation"] = row.help;
  if (has_link) out["advisories"] = Json::array({{{"url", row.url}}});
  if (row.vulnerability != nullptr && parse_time(row.vulnerability->published))
    out["published"] = row.vulnerability->published;
  if (Json analysis = analysis_json(row); !analysis.empty()) out["analysis"] = std::move(analysis);
  std::string ref = cyclonedx_image_ref(*report.analysis);
  if (row.vulnerability != nullptr && row.vulnerability->package < refs.size())
    ref = refs[row.vulnerability->package];
  out["affects"] = Json::array({{{"ref", ref}}});
  if (Json list = properties_json(row); !list.empty()) out["properties"] = std::move(list);
  return out;
}

}  // namespace

std::string scan_as_cyclonedx(const ScanReport& report, const RenderOptions& /*options*/) {
  SbomReport inventory;
  inventory.analysis = report.analysis;
  inventory.created_seconds = parse_time(scan_time(report)).value_or(0);
  std::vector<std::string> refs = cyclonedx_refs(report.analysis->packages);
  Json out = cyclonedx_json(inventory);
  Json list = Json::array();
  auto with = report.show_suppressed ? ScanRowsWith::Suppressed : ScanRowsWith::Counted;
  for (const ScanRow& row : scan_rows(report, with)) {
    list.push_back(vulnerability_json(report, refs, row));
  }
  out["vulnerabilities"] = std::move(list);
  return dump_report(out);
}

}  // namespace whittle
