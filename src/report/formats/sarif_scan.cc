// Findings of `scan` as SARIF 2.1.0 for code scanning: a rule a vulnerability, kind of secret or
// check, a result a finding. It lies on the Dockerfile's line where that is known, else on the file
// in the image, else on the image itself.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "model/package_url.h"
#include "report/analysis_summary.h"
#include "report/formats/formats_list.h"
#include "report/json_parts.h"
#include "report/lint_parts.h"
#include "report/scan_rows.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

constexpr RiskWords kLevels = {"note", "note", "note", "warning", "error", "error"};
constexpr std::string_view kSourceRoot = "%SRCROOT%";
constexpr std::string_view kImageRoot = "IMAGEROOT";

// The span that GitHub takes for a level, and what stands for it where there is no score.
struct SeveritySpan {
  double low;
  double high;
  double typical;
};

constexpr std::array<SeveritySpan, kRiskLevels> kSpans = {{{0, 0, 0},
                                                           {0.1, 0.9, 0.5},
                                                           {0.1, 3.9, 2.0},
                                                           {4.0, 6.9, 5.5},
                                                           {7.0, 8.9, 8.0},
                                                           {9.0, 10.0, 9.5}}};

// The score where it says the same as the level, so that the two never disagree; "" unknown.
std::string security_severity_of(RiskLevel level, std::optional<double> score) {
  if (level == RiskLevel::Unknown) return "";
  const SeveritySpan& span = kSpans[static_cast<size_t>(level)];
  bool fits = score && *score >= span.low && *score <= span.high;
  return fmt::format("{:.1f}", fits ? *score : span.typical);
}

std::string tag_of(ScannerSet kind) {
  if (kind == kScanSecrets) return "secret";
  return kind == kScanConfiguration ? "misconfiguration" : "vulnerability";
}

// What all findings of one rule have in common; its level is the highest of theirs.
struct Rule {
  const ScanRow* row;
  RiskLevel level;
  std::optional<double> score;
};

Json rule_json(const Rule& rule) {
  const ScanRow& row = *rule.row;
  std::string markdown = row.title;
  if (!row.url.empty()) markdown += "\n\n<" + row.url + ">";
  Json out = {{"id", row.id},
              {"shortDescription", {{"text", row.title}}},
              {"fullDescription", {{"text", row.title}}},
              {"help", {{"text", row.title}, {"markdown", markdown}}}};
  if (is_link(row.url)) out["helpUri"] = row.url;
  out["defaultConfiguration"] = {{"level", word_for(rule.level, kLevels)}};
  Json properties = {{"tags", Json::array({"security", tag_of(row.kind)})},
                     {"precision", row.secret != nullptr ? "high" : "very-high"}};
  std::string severity = security_severity_of(rule.level, rule.score);
  if (!severity.empty()) properties["security-severity"] = severity;
  out["properties"] = std::move(properties);
  return out;
}

class SarifScan {
 public:
  explicit SarifScan(const ScanReport& report)
      : report_(report),
        image_(image_title(*report.analysis)),
        rows_(scan_rows(
            report, report.show_suppressed ? ScanRowsWith::Suppressed : ScanRowsWith::Counted)) {}

  Json run_json() {
    for (const ScanRow& row : rows_) add_rule(row);
    Json results = Json::array();
    for (const ScanRow& row : rows_) results.push_back(result_json(row));
    Json rules = Json::array();
    for (const Rule& rule : rules_) rules.push_back(rule_json(rule));
    return {{"tool",
             {{"driver",
               {{"name", "whittle"},
                {"semanticVersion", WHITTLE_VERSION},
                {"rules", std::move(rules)}}}}},
            {"automationDetails", {{"id", "whittle/scan/"}}},
            {"columnKind", "utf16CodeUnits"},
            {"originalUriBaseIds", roots_json()},
            {"invocations", Json::array({invocation_json()})},
            {"results", std::move(results)},
            {"properties", image_properties()}};
  }

 private:
  void add_rule(const ScanRow& row) {
    auto [found, is_new] = rule_index_.emplace(row.id, rules_.size());
    if (is_new) rules_.push_back({&row, row.level, std::nullopt});
    Rule& rule = rules_[found->second];
    rule.level = std::max(rule.level, row.level);
    if (row.vulnerability != nullptr && row.vulnerability->score) {
      rule.score = std::max(rule.score.value_or(0), *row.vulnerability->score);
    }
  }

  static Json roots_json() {
    return {
        {std::string(kSourceRoot),
         {{"description", {{"text", "The folder that whittle was called in."}}}}},
        {std::string(kImageRoot), {{"description", {{"text", "The root of the image's files."}}}}}};
  }

  Json invocation_json() const {
    Json notes = Json::array();
    for (const std::string& note : report_.notes) {
      notes.push_back({{"level", "warning"}, {"message", {{"text", note}}}});
    }
    Json invocation = {{"executionSuccessful", true}};
    if (!notes.empty()) invocation["toolExecutionNotifications"] = std::move(notes);
    return invocation;
  }

  Json image_properties() const {
    const ImageInfo& info = report_.analysis->info;
    Json names = Json::array();
    for (const std::string& name : info.names) names.push_back(name);
    return {{"image", image_},
            {"names", std::move(names)},
            {"manifestDigest", text_or_null(info.manifest_digest)},
            {"configDigest", text_or_null(info.config_digest)},
            {"databaseBuilt", text_or_null(report_.database.built)}};
  }

  static Json region_json(uint32_t first, uint32_t last) {
    return {{"startLine", first}, {"endLine", std::max(first, last)}};
  }

  Json image_location(const ScanRow& row) const {
    bool has_path = !row.path.empty();
    Json artifact = {{"uri", uri_of(has_path ? row.path : image_)}};
    if (has_path) artifact["uriBaseId"] = kImageRoot;
    return {{"physicalLocation",
             {{"artifactLocation", std::move(artifact)},
              {"region", region_json(std::max(row.line, 1U), 0)}}},
            {"message", {{"text", fmt::format("{}: {}", image_, row.subject)}}}};
  }

  // Null where the line is not known.
  Json dockerfile_location(const ScanRow& row) const {
    const SourcePlace* place = place_of(report_, row);
    if (place == nullptr) return nullptr;
    Json artifact = {{"uri", uri_of(place->file)}};
    if (!place->file.starts_with('/')) artifact["uriBaseId"] = kSourceRoot;
    return {{"physicalLocation",
             {{"artifactLocation", std::move(artifact)},
              {"region", region_json(place->first_line, place->last_line)}}}};
  }

  Json logical_json(const ScanRow& row) const {
    std::string name =
        row.layer == kNoLayer ? "configuration" : fmt::format("layer {}", row.layer + 1);
    return Json::array(
        {{{"name", name}, {"fullyQualifiedName", image_ + "/" + name}, {"kind", "module"}}});
  }

  Json result_json(const ScanRow& row) const {
    const LayerFacts* layer = layer_of(report_, row);
    Json in_image = image_location(row);
    Json location = dockerfile_location(row);
    bool has_line = !location.is_null();
    if (!has_line) location = in_image;
    location["logicalLocations"] = logical_json(row);
    std::string text = row.help.empty() ? row.message : row.message + ". " + row.help;
    Json result = {{"ruleId", row.id},
                   {"ruleIndex", rule_index_.at(row.id)},
                   {"level", word_for(row.level, kLevels)},
                   {"message", {{"text", text}}},
                   {"locations", Json::array({std::move(location)})},
                   {"partialFingerprints", {{"whittleFinding/v1", row.fingerprint}}}};
    if (has_line) {
      in_image["id"] = 1;
      result["relatedLocations"] = Json::array({std::move(in_image)});
    }
    result["suppressions"] = Json::array();
    if (!row.suppressed.empty()) {
      result["suppressions"].push_back(
          {{"kind", "external"}, {"status", "accepted"}, {"justification", row.suppressed}});
    }
    result["properties"] = properties_json(row, layer);
    return result;
  }

  Json properties_json(const ScanRow& row, const LayerFacts* layer) const {
    Json out = {{"level", to_text(row.level)}, {"image", image_}};
    if (layer != nullptr) {
      out["layer"] = row.layer + 1;
      out["diffId"] = layer->diff_id;
      out["inBaseImage"] = layer->is_base;
    }
    if (row.vulnerability != nullptr) {
      const VulnFinding& finding = *row.vulnerability;
      const Package& package = package_of(report_, finding);
      out["purl"] = package_url(package, report_.analysis->packages.distribution);
      out["fixedVersion"] = text_or_null(finding.fixed_version);
      if (finding.score) out["score"] = *finding.score;
      if (!finding.cvss.empty()) out["cvss"] = finding.cvss;
      if (finding.epss) out["epss"] = *finding.epss;
      if (finding.usage != PackageUsage::Unknown) out["usage"] = to_text(finding.usage);
      if (!finding.exploited_since.empty()) out["exploitedSince"] = finding.exploited_since;
    }
    if (row.secret != nullptr) {
      out["fingerprint"] = row.secret->fingerprint;
      out["masked"] = row.secret->masked;
      out["deleted"] = row.secret->is_deleted;
    }
    if (row.check != nullptr) {
      out["evidence"] = row.check->evidence;
      out["aliases"] = row.check->aliases;
    }
    return out;
  }

  const ScanReport& report_;
  std::string image_;
  std::vector<ScanRow> rows_;
  std::vector<Rule> rules_;
  std::map<std::string, size_t> rule_index_;
};

std::string document(Json runs) {
  return dump_report({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                      {"version", "2.1.0"},
                      {"runs", std::move(runs)}});
}

}  // namespace

std::string scan_as_sarif(const ScanReport& report, const RenderOptions& /*options*/) {
  return document(Json::array({SarifScan(report).run_json()}));
}

std::string scans_as_sarif(const std::vector<ScanReport>& reports,
                           const RenderOptions& /*options*/) {
  Json runs = Json::array();
  for (const ScanReport& report : reports) runs.push_back(SarifScan(report).run_json());
  return document(std::move(runs));
}

}  // namespace whittle
