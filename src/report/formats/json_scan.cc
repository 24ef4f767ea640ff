// Findings of `scan` for programs. The schema is docs/json-schema/scan.schema.json: a change here
// is a change there, and of kSchemaVersion when it breaks readers. What is not known is null.
#include <nlohmann/json.hpp>

#include "model/package_url.h"
#include "report/formats/formats_list.h"
#include "report/json_parts.h"
#include "report/scan_summary.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchemaVersion = 1;

template <typename T>
Json value_or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json place_json(const LayerFacts& layer) {
  if (!layer.place || layer.place->first_line == 0) return nullptr;
  return {{"file", layer.place->file},
          {"first_line", layer.place->first_line},
          {"last_line", layer.place->last_line}};
}

Json layer_json(const ScanReport& report, const VulnFinding& finding) {
  const LayerFacts* layer = layer_of(report, finding);
  if (layer == nullptr) return nullptr;
  return {{"index", package_of(report, finding).layer},
          {"diff_id", text_or_null(layer->diff_id)},
          {"is_base", layer->is_base},
          {"command", text_or_null(layer->command)},
          {"place", place_json(*layer)}};
}

Json package_json(const ScanReport& report, const VulnFinding& finding) {
  const Package& package = package_of(report, finding);
  return {{"type", package.type},
          {"name", package.name},
          {"version", package.version},
          {"purl", package_url(package, report.analysis->packages.distribution)},
          {"source", text_or_null(package.source_name)},
          {"path", text_or_null(package.database)},
          {"layer", layer_json(report, finding)}};
}

Json finding_json(const ScanReport& report, const VulnFinding& finding) {
  return {{"id", finding.id},
          {"aliases", finding.aliases},
          {"advisories", finding.advisories},
          {"package", package_json(report, finding)},
          {"fixed_version", text_or_null(finding.fixed_version)},
          {"severity",
           {{"level", to_text(finding.level)},
            {"source", text_or_null(finding.level_source)},
            {"cvss", text_or_null(finding.cvss)},
            {"score", value_or_null(finding.score)}}},
          {"exploited_since", text_or_null(finding.exploited_since)},
          {"ransomware", finding.is_ransomware},
          {"epss", value_or_null(finding.epss)},
          {"epss_percentile", value_or_null(finding.epss_percentile)},
          {"exploitation", text_or_null(finding.exploitation)},
          {"summary", text_or_null(finding.summary)},
          {"url", text_or_null(finding.url)},
          {"published", text_or_null(finding.published)},
          {"remedy", text_or_null(finding.remedy)},
          {"suppressed", text_or_null(finding.suppressed)}};
}

Json findings_json(const ScanReport& report, const std::vector<VulnFinding>& findings) {
  Json array = Json::array();
  for (const VulnFinding& finding : findings) array.push_back(finding_json(report, finding));
  return array;
}

Json summary_json(const ScanReport& report) {
  Json levels = Json::object();
  std::vector<uint64_t> counts = count_by_level(report.findings);
  for (size_t i = kRiskLevels; i-- > 0;)
    levels[std::string(to_text(static_cast<RiskLevel>(i)))] = counts[i];
  return {{"findings", report.findings.size()},
          {"suppressed", report.suppressed.size()},
          {"levels", std::move(levels)},
          {"packages_judged", report.matched_packages},
          {"packages_not_judged", report.unmatched_packages}};
}

}  // namespace

std::string scan_as_json(const ScanReport& report, const RenderOptions& /*options*/) {
  const Distribution& distribution = report.analysis->packages.distribution;
  Json json = report_head(kSchemaVersion, "scan");
  json["image"] = image_json(*report.analysis);
  json["distribution"] = {{"id", text_or_null(distribution.id)},
                          {"version", text_or_null(distribution.version)},
                          {"name", text_or_null(distribution.name)},
                          {"end_of_life", text_or_null(report.end_of_life)}};
  json["database"] = {{"file", report.database.file},
                      {"built", report.database.built},
                      {"advisories", report.database.advisories}};
  json["summary"] = summary_json(report);
  json["findings"] = findings_json(report, report.findings);
  json["suppressed"] =
      report.show_suppressed ? findings_json(report, report.suppressed) : Json::array();
  json["notes"] = report.notes;
  return dump_report(json);
}

}  // namespace whittle
