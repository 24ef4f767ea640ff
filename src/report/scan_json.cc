#include "report/scan_json.h"

#include <functional>
#include <nlohmann/json.hpp>

#include "model/package_url.h"
#include "report/json_parts.h"
#include "report/json_text.h"
#include "report/scan_rows.h"
#include "report/scan_summary.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchemaVersion = 1;

// An object, member by member. A list of pairs in braces would copy each of them several times,
// which shows in thousands of findings.
class Members {
 public:
  explicit Members(size_t count) { members_.reserve(count); }

  Members& add(const char* key, Json value) {
    members_.emplace_back(key, std::move(value));
    return *this;
  }

  Json done() { return Json(std::move(members_)); }

 private:
  Json::object_t members_;
};

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
  return Members(5)
      .add("index", index)
      .add("diff_id", text_or_null(layer.diff_id))
      .add("is_base", layer.is_base)
      .add("command", text_or_null(layer.command))
      .add("place", place_json(layer.place))
      .done();
}

Json package_json(const ScanReport& report, const VulnFinding& finding) {
  const Package& package = package_of(report, finding);
  return Members(7)
      .add("type", package.type)
      .add("name", package.name)
      .add("version", package.version)
      .add("purl", package_url(package, report.analysis->packages.distribution))
      .add("source", text_or_null(package.source_name))
      .add("path", text_or_null(package.database))
      .add("layer", layer_json(report, package.layer))
      .done();
}

Json finding_json(const ScanReport& report, const VulnFinding& finding) {
  return Members(19)
      .add("id", finding.id)
      .add("aliases", finding.aliases)
      .add("advisories", finding.advisories)
      .add("package", package_json(report, finding))
      .add("fixed_version", text_or_null(finding.fixed_version))
      .add("severity",
           Members(4)
               .add("level", to_text(finding.level))
               .add("source", text_or_null(finding.level_source))
               .add("cvss", text_or_null(finding.cvss))
               .add("score", value_or_null(finding.score))
               .done())
      .add("exploited_since", text_or_null(finding.exploited_since))
      .add("ransomware", finding.is_ransomware)
      .add("epss", value_or_null(finding.epss))
      .add("epss_percentile", value_or_null(finding.epss_percentile))
      .add("exploitation", text_or_null(finding.exploitation))
      .add("summary", text_or_null(finding.summary))
      .add("url", text_or_null(finding.url))
      .add("published", text_or_null(finding.published))
      .add("remedy", text_or_null(finding.remedy))
      .add("usage", text_or_null(std::string(to_text(finding.usage))))
      .add("vex_status", text_or_null(finding.vex_status))
      .add("vex_justification", text_or_null(finding.vex_justification))
      .add("suppressed", text_or_null(finding.suppressed))
      .done();
}

Json finding_json(const ScanReport& report, const SecretFinding& finding) {
  auto number = [](uint32_t value) { return value == 0 ? Json(nullptr) : Json(value); };
  return Members(16)
      .add("rule", finding.rule)
      .add("title", finding.title)
      .add("category", text_or_null(finding.category))
      .add("level", to_text(finding.level))
      .add("place", to_text(finding.place))
      .add("path", text_or_null(finding.path))
      .add("name", text_or_null(finding.name))
      .add("line", number(finding.line))
      .add("column", number(finding.column))
      .add("masked", finding.masked)
      .add("fingerprint", finding.fingerprint)
      .add("layer", layer_json(report, finding.layer))
      .add("deleted", finding.is_deleted)
      .add("deleted_in", layer_json(report, finding.deleted_in))
      .add("remedy", secret_remedy(finding))
      .add("suppressed", text_or_null(finding.suppressed))
      .done();
}

Json finding_json(const ScanReport& report, const CheckFinding& finding) {
  return Members(11)
      .add("id", finding.id)
      .add("aliases", finding.aliases)
      .add("title", finding.title)
      .add("level", to_text(finding.level))
      .add("evidence", finding.evidence)
      .add("path", text_or_null(finding.path))
      .add("layer", layer_json(report, finding.layer))
      .add("place", place_json(finding.place))
      .add("url", text_or_null(finding.url))
      .add("remedy", text_or_null(finding.remedy))
      .add("suppressed", text_or_null(finding.suppressed))
      .done();
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

// A report as a value.
class JsonValue {
 public:
  void add(std::string_view key, Json value) { json_[std::string(key)] = std::move(value); }

  void add_list(std::string_view key, size_t count, const std::function<Json(size_t)>& make) {
    Json list = Json::array();
    for (size_t i = 0; i < count; ++i) list.push_back(make(i));
    add(key, std::move(list));
  }

  Json finish() { return std::move(json_); }

 private:
  Json json_ = Json::object();
};

template <typename Sink, typename Finding>
void add_findings(Sink& sink,
                  std::string_view key,
                  const ScanReport& report,
                  const std::vector<Finding>& findings,
                  bool is_shown = true) {
  sink.add_list(key, is_shown ? findings.size() : 0, [&](size_t i) {
    return finding_json(report, findings[i]);
  });
}

Json scanners_json(const ScanReport& report) {
  Json names = Json::array();
  for (const ScannerInfo& scanner : scanner_table()) {
    if ((report.scanners & scanner.bit) != 0) names.push_back(scanner.name);
  }
  return names;
}

Json distribution_json(const ScanReport& report) {
  const Distribution& distribution = report.analysis->packages.distribution;
  return {{"id", text_or_null(distribution.id)},
          {"version", text_or_null(distribution.version)},
          {"name", text_or_null(distribution.name)},
          {"end_of_life", text_or_null(report.end_of_life)}};
}

// Into a JsonValue or a JsonText.
template <typename Sink>
void write(const ScanReport& report, bool with_suppressed, Sink& sink) {
  Json head = report_head(kSchemaVersion, "scan");
  for (const auto& [key, value] : head.items()) sink.add(key, value);
  sink.add("image", image_json(*report.analysis));
  sink.add("distribution", distribution_json(report));
  sink.add("database", database_json(report));
  sink.add("scanners", scanners_json(report));
  sink.add("summary", summary_json(report));
  add_findings(sink, "findings", report, report.findings);
  add_findings(sink, "secrets", report, report.secrets);
  add_findings(sink, "checks", report, report.checks);
  add_findings(sink, "suppressed", report, report.suppressed, with_suppressed);
  add_findings(sink, "suppressed_secrets", report, report.suppressed_secrets, with_suppressed);
  add_findings(sink, "suppressed_checks", report, report.suppressed_checks, with_suppressed);
  sink.add("base_candidates", candidates_json(report));
  sink.add("readiness", readiness_json(report));
  sink.add("attack_surface", surface_json(report));
  sink.add("notes", report.notes);
}

}  // namespace

nlohmann::ordered_json scan_json(const ScanReport& report, bool with_suppressed) {
  JsonValue value;
  write(report, with_suppressed, value);
  return value.finish();
}

std::string scan_json_text(const ScanReport& report, bool with_suppressed) {
  JsonText text;
  write(report, with_suppressed, text);
  return text.finish();
}

}  // namespace whittle
