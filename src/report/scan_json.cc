#include "report/scan_json.h"

#include <nlohmann/json.hpp>

#include "model/package_url.h"
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

Json place_json(const std::optional<SourcePlace>& place) {
  if (!place || place->first_line == 0) return nullptr;
  return {
      {"file", place->file}, {"first_line", place->first_line}, {"last_line", place->last_line}};
}

Json layer_json(const ScanReport& report, uint32_t index) {
  if (index >= report.analysis->layers.size()) return nullptr;
  const LayerFacts& layer = report.analysis->layers[index];
  return {{"index", index},
          {"diff_id", text_or_null(layer.diff_id)},
          {"is_base", layer.is_base},
          {"command", text_or_null(layer.command)},
          {"place", place_json(layer.place)}};
}

Json package_json(const ScanReport& report, const VulnFinding& finding) {
  const Package& package = package_of(report, finding);
  return {{"type", package.type},
          {"name", package.name},
          {"version", package.version},
          {"purl", package_url(package, report.analysis->packages.distribution)},
          {"source", text_or_null(package.source_name)},
          {"path", text_or_null(package.database)},
          {"layer", layer_json(report, package.layer)}};
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
          {"usage", text_or_null(std::string(to_text(finding.usage)))},
          {"vex_status", text_or_null(finding.vex_status)},
          {"vex_justification", text_or_null(finding.vex_justification)},
          {"suppressed", text_or_null(finding.suppressed)}};
}

Json finding_json(const ScanReport& report, const SecretFinding& finding) {
  auto number = [](uint32_t value) { return value == 0 ? Json(nullptr) : Json(value); };
  return {{"rule", finding.rule},
          {"title", finding.title},
          {"category", text_or_null(finding.category)},
          {"level", to_text(finding.level)},
          {"place", to_text(finding.place)},
          {"path", text_or_null(finding.path)},
          {"name", text_or_null(finding.name)},
          {"line", number(finding.line)},
          {"column", number(finding.column)},
          {"masked", finding.masked},
          {"fingerprint", finding.fingerprint},
          {"layer", layer_json(report, finding.layer)},
          {"deleted", finding.is_deleted},
          {"deleted_in", layer_json(report, finding.deleted_in)},
          {"suppressed", text_or_null(finding.suppressed)}};
}

Json finding_json(const ScanReport& report, const CheckFinding& finding) {
  return {{"id", finding.id},
          {"aliases", finding.aliases},
          {"title", finding.title},
          {"level", to_text(finding.level)},
          {"evidence", finding.evidence},
          {"path", text_or_null(finding.path)},
          {"layer", layer_json(report, finding.layer)},
          {"place", place_json(finding.place)},
          {"url", text_or_null(finding.url)},
          {"remedy", text_or_null(finding.remedy)},
          {"suppressed", text_or_null(finding.suppressed)}};
}

template <typename Finding>
Json findings_json(const ScanReport& report, const std::vector<Finding>& findings) {
  Json array = Json::array();
  for (const Finding& finding : findings) array.push_back(finding_json(report, finding));
  return array;
}

// Null for what was not looked for.
template <typename Finding>
Json counts_json(const ScanReport& report,
                 ScannerSet scanner,
                 const std::vector<Finding>& findings,
                 const std::vector<Finding>& suppressed) {
  if ((report.scanners & scanner) == 0) return nullptr;
  Json levels = Json::object();
  std::vector<uint64_t> counts = count_by_level(findings);
  for (size_t i = kRiskLevels; i-- > 0;)
    levels[std::string(to_text(static_cast<RiskLevel>(i)))] = counts[i];
  return {{"findings", findings.size()},
          {"suppressed", suppressed.size()},
          {"levels", std::move(levels)}};
}

Json summary_json(const ScanReport& report) {
  Json vulnerabilities =
      counts_json(report, kScanVulnerabilities, report.findings, report.suppressed);
  if (!vulnerabilities.is_null()) {
    vulnerabilities["in_base_image"] = count_in_base(report);
    vulnerabilities["packages_judged"] = report.matched_packages;
    vulnerabilities["packages_not_judged"] = report.unmatched_packages;
  }
  return {
      {"vulnerabilities", std::move(vulnerabilities)},
      {"secrets", counts_json(report, kScanSecrets, report.secrets, report.suppressed_secrets)},
      {"checks", counts_json(report, kScanConfiguration, report.checks, report.suppressed_checks)}};
}

Json changes_json(const std::vector<BaseChange>& changes) {
  Json list = Json::array();
  for (const BaseChange& change : changes)
    list.push_back(
        {{"id", change.id}, {"package", change.package}, {"level", to_text(change.level)}});
  return list;
}

Json candidates_json(const ScanReport& report) {
  Json list = Json::array();
  for (const BaseCandidate& candidate : report.base_candidates) {
    list.push_back({{"image", candidate.name},
                    {"gone", changes_json(candidate.gone)},
                    {"stay", candidate.stay},
                    {"new", changes_json(candidate.come)}});
  }
  return list;
}

Json readiness_json(const ScanReport& report) {
  if (!report.readiness) return nullptr;
  Json aspects = Json::array();
  for (const ReadinessAspect& aspect : report.readiness->aspects) {
    Json obstacles = Json::array();
    for (const Obstacle& obstacle : aspect.obstacles) {
      obstacles.push_back({{"text", obstacle.text},
                           {"blocking", obstacle.is_blocking},
                           {"option", text_or_null(obstacle.option)},
                           {"remedy", text_or_null(obstacle.remedy)},
                           {"source", obstacle.source}});
    }
    aspects.push_back({{"id", aspect.id},
                       {"title", aspect.title},
                       {"verdict", to_text(aspect.verdict)},
                       {"obstacles", std::move(obstacles)}});
  }
  return {{"traced", report.readiness->has_trace},
          {"aspects", std::move(aspects)},
          {"run_options", report.readiness->run_options}};
}

Json surface_json(const ScanReport& report) {
  if (!report.surface) return nullptr;
  auto points = [](uint64_t tenths) { return static_cast<double>(tenths) / 10; };
  Json parts = Json::array();
  for (const SurfacePart& part : report.surface->parts) {
    parts.push_back({{"id", part.id},
                     {"title", part.title},
                     {"count", part.count},
                     {"weight", points(part.weight_tenths)},
                     {"points", points(part.count * part.weight_tenths)},
                     {"examples", part.examples}});
  }
  return {{"score", points(report.surface->tenths())}, {"parts", std::move(parts)}};
}

Json database_json(const ScanReport& report) {
  if (report.database.file.empty()) return nullptr;
  return {{"file", report.database.file},
          {"built", report.database.built},
          {"advisories", report.database.advisories}};
}

}  // namespace

nlohmann::ordered_json scan_json(const ScanReport& report, bool with_suppressed) {
  const Distribution& distribution = report.analysis->packages.distribution;
  Json json = report_head(kSchemaVersion, "scan");
  json["image"] = image_json(*report.analysis);
  json["distribution"] = {{"id", text_or_null(distribution.id)},
                          {"version", text_or_null(distribution.version)},
                          {"name", text_or_null(distribution.name)},
                          {"end_of_life", text_or_null(report.end_of_life)}};
  json["database"] = database_json(report);
  json["scanners"] = Json::array();
  for (const ScannerInfo& scanner : scanner_table()) {
    if ((report.scanners & scanner.bit) != 0) json["scanners"].push_back(scanner.name);
  }
  json["summary"] = summary_json(report);
  json["findings"] = findings_json(report, report.findings);
  json["secrets"] = findings_json(report, report.secrets);
  json["checks"] = findings_json(report, report.checks);
  json["suppressed"] = with_suppressed ? findings_json(report, report.suppressed) : Json::array();
  json["suppressed_secrets"] =
      with_suppressed ? findings_json(report, report.suppressed_secrets) : Json::array();
  json["suppressed_checks"] =
      with_suppressed ? findings_json(report, report.suppressed_checks) : Json::array();
  json["base_candidates"] = candidates_json(report);
  json["readiness"] = readiness_json(report);
  json["attack_surface"] = surface_json(report);
  json["notes"] = report.notes;
  return json;
}

}  // namespace whittle
