// SARIF 2.1.0 (OASIS standard, errata 01) for code scanning: rules with their documentation,
// results with exact regions, fingerprints, fixes and suppressions. Columns count UTF-16 units.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "report/formats/formats_list.h"
#include "report/json_parts.h"
#include "report/lint_parts.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

constexpr SeverityWords kLevels = {"note", "note", "warning", "error"};
constexpr std::string_view kRoot = "%SRCROOT%";

// 3.28.2: a name in Pascal case, "apt-lists" as "AptLists".
std::string pascal_case(std::string_view name) {
  std::string out;
  for (std::string_view part : split(name, '-')) {
    if (!part.empty()) out += to_upper(part.substr(0, 1)) + std::string(part.substr(1));
  }
  return out;
}

std::string rule_markdown(const RuleDescription& rule) {
  std::string out = rule.why.empty() ? rule.summary : rule.why;
  auto example = [&](std::string_view title, const std::string& text) {
    if (text.empty()) return;
    out += fmt::format("\n\n{}:\n\n```dockerfile\n{}\n```", title, trim_right(text));
  };
  example("Bad", rule.bad);
  example("Good", rule.good);
  return out;
}

Json rule_properties(const RuleDescription& rule) {
  Json properties = Json::object();
  if (!rule.code.empty()) properties["code"] = rule.code;
  properties["tags"] = Json::array({"dockerfile"});
  std::string_view score = security_severity(rule);
  if (!score.empty()) {
    properties["tags"].push_back("security");
    properties["security-severity"] = score;
  }
  for (const std::string& alias : rule.aliases) properties["aliases"].push_back(alias);
  properties["precision"] = "high";
  properties["problem.severity"] = rule.severity == Severity::Error     ? "error"
                                   : rule.severity == Severity::Warning ? "warning"
                                                                        : "recommendation";
  return properties;
}

Json rule_json(const RuleDescription& rule) {
  std::string summary = rule.summary.empty() ? rule.name : rule.summary;
  std::string why = rule.why.empty() ? summary : rule.why;
  Json out = {{"id", rule.name}};
  // A name that is the id in other letters says nothing (3.49.7).
  if (contains(rule.name, "-")) out["name"] = pascal_case(rule.name);
  out["shortDescription"] = {{"text", summary}};
  out["fullDescription"] = {{"text", why}};
  out["help"] = {{"text", why}, {"markdown", rule_markdown(rule)}};
  if (std::string page = rule_page(rule); !page.empty()) out["helpUri"] = page;
  out["defaultConfiguration"] = {{"level", word_for(rule.severity, kLevels)}};
  out["properties"] = rule_properties(rule);
  return out;
}

Json location_json(const LintedFile& file) {
  std::string uri = uri_of(file.path);
  Json location = {{"uri", uri}};
  if (uri.find("://") == std::string::npos) location["uriBaseId"] = kRoot;
  return location;
}

Json region_json(const LintedFile& file, Range range) {
  ColumnRange span = span_of(file, range, ColumnUnit::Utf16);
  return {{"startLine", span.begin.line},
          {"startColumn", span.begin.column},
          {"endLine", span.end.line},
          {"endColumn", span.end.column},
          {"byteOffset", range.begin},
          {"byteLength", range.size()}};
}

Json fixes_json(const LintRow& row) {
  Json replacements = Json::array();
  for (const Edit& edit : row.finding->fix->edits) {
    Json replacement = {{"deletedRegion", region_json(*row.file, edit.range)}};
    if (!edit.text.empty()) replacement["insertedContent"] = {{"text", edit.text}};
    replacements.push_back(std::move(replacement));
  }
  Json change = {{"artifactLocation", location_json(*row.file)},
                 {"replacements", std::move(replacements)}};
  return Json::array(
      {{{"description", {{"text", row.finding->fix->title}}},
        {"artifactChanges", Json::array({std::move(change)})},
        {"properties", {{"applicability", to_text(row.finding->fix->applicability)}}}}});
}

Json suppressions_json(const SuppressedFinding& hidden) {
  Json suppression = {{"kind", hidden.by == "comment" ? "inSource" : "external"},
                      {"status", "accepted"}};
  if (!hidden.reason.empty()) suppression["justification"] = hidden.reason;
  return Json::array({std::move(suppression)});
}

Json result_properties(const Finding& finding) {
  Json properties = Json::object();
  for (const Evidence& fact : finding.evidence) properties["evidence"][fact.name] = fact.value;
  if (finding.expected_saving_bytes) {
    properties["expectedSavingBytes"] = *finding.expected_saving_bytes;
  }
  return properties;
}

Json result_json(const LintRow& row, size_t rule_index) {
  const Finding& finding = *row.finding;
  Json region = region_json(*row.file, finding.range);
  region["snippet"] = {{"text", finding.range.of(row.file->text)}};
  region["sourceLanguage"] = "dockerfile";
  Json result = {
      {"ruleId", finding.rule},
      {"ruleIndex", rule_index},
      {"level", word_for(finding.severity, kLevels)},
      {"message", {{"text", message_with_help(finding)}}},
      {"locations",
       Json::array(
           {{{"physicalLocation",
              {{"artifactLocation", location_json(*row.file)}, {"region", std::move(region)}}}}})},
      {"partialFingerprints", {{"whittleFinding/v1", row.fingerprint}}}};
  if (is_offered(finding)) result["fixes"] = fixes_json(row);
  // An empty list says that nothing suppresses the result (3.27.23).
  result["suppressions"] =
      row.suppressed == nullptr ? Json::array() : suppressions_json(*row.suppressed);
  Json properties = result_properties(finding);
  if (!properties.empty()) result["properties"] = std::move(properties);
  return result;
}

Json invocation_json(const LintReport& report) {
  Json notes = Json::array();
  for (const LintedFile& file : report.files) {
    if (file.error.empty()) continue;
    notes.push_back(
        {{"level", "error"},
         {"message", {{"text", file.error}}},
         {"locations",
          Json::array({{{"physicalLocation", {{"artifactLocation", location_json(file)}}}}})}});
  }
  Json invocation = {{"executionSuccessful", notes.empty()}};
  if (!notes.empty()) invocation["toolExecutionNotifications"] = std::move(notes);
  return invocation;
}

Json artifacts_json(const LintReport& report) {
  Json artifacts = Json::array();
  for (const LintedFile& file : report.files) {
    artifacts.push_back({{"location", location_json(file)}, {"sourceLanguage", "dockerfile"}});
  }
  return artifacts;
}

Json tool_json(const LintReport& report, const LintRows& rows) {
  Json rules = Json::array();
  for (const RuleDescription* rule : rows.rules()) rules.push_back(rule_json(*rule));
  return {{"driver",
           {{"name", "whittle"},
            {"semanticVersion", report.version},
            {"rules", std::move(rules)}}}};
}

}  // namespace

std::string lint_as_sarif(const LintReport& report, const RenderOptions& /*options*/) {
  LintRows rows(report, LintRows::With::Suppressed);
  Json results = Json::array();
  for (const LintRow& row : rows.rows()) {
    // Files that could not be read are notifications of the invocation.
    if (row.file->error.empty()) results.push_back(result_json(row, rows.rule_index(row)));
  }
  Json run = {{"tool", tool_json(report, rows)},
              {"automationDetails", {{"id", "whittle/lint/"}}},
              {"columnKind", "utf16CodeUnits"},
              {"originalUriBaseIds",
               {{std::string(kRoot),
                 {{"description", {{"text", "The folder that whittle was called in."}}}}}}},
              {"invocations", Json::array({invocation_json(report)})},
              {"artifacts", artifacts_json(report)},
              {"results", std::move(results)}};
  return dump_report({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                      {"version", "2.1.0"},
                      {"runs", Json::array({std::move(run)})}});
}

}  // namespace whittle
