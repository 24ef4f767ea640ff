// SonarQube's generic issue import (10.3 and later): rules with their impacts, and issues. Columns
// are 0-based and count UTF-16 units; a range is never empty.
#include <nlohmann/json.hpp>

#include "report/formats/formats_list.h"
#include "report/json_parts.h"
#include "report/lint_parts.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

constexpr SeverityWords kImpacts = {"INFO", "LOW", "MEDIUM", "HIGH"};
constexpr SeverityWords kSeverities = {"INFO", "MINOR", "MAJOR", "CRITICAL"};

Json rule_json(const RuleDescription& rule) {
  bool is_security = !security_severity(rule).empty();
  bool is_bug = rule.severity == Severity::Error;
  std::string_view quality = is_security ? "SECURITY" : is_bug ? "RELIABILITY" : "MAINTAINABILITY";
  std::string_view type = is_security ? "VULNERABILITY" : is_bug ? "BUG" : "CODE_SMELL";
  std::string_view attribute = is_security ? "TRUSTWORTHY" : is_bug ? "LOGICAL" : "CONVENTIONAL";
  std::string summary = rule.summary.empty() ? rule.name : rule.summary;
  return {{"id", rule.name},
          {"name", summary},
          {"description", rule.why.empty() ? summary : rule.why},
          {"engineId", "whittle"},
          {"cleanCodeAttribute", attribute},
          {"type", type},
          {"severity", word_for(rule.severity, kSeverities)},
          {"impacts",
           Json::array(
               {{{"softwareQuality", quality}, {"severity", word_for(rule.severity, kImpacts)}}})}};
}

Json text_range(const LintRow& row) {
  ColumnRange span = visible_span_of(*row.file, row.finding->range, ColumnUnit::Utf16);
  Json range = {{"startLine", span.begin.line}};
  bool is_empty = span.begin.line == span.end.line && span.begin.column == span.end.column;
  if (is_empty) return range;  // the whole line
  range["startColumn"] = span.begin.column - 1;
  range["endLine"] = span.end.line;
  range["endColumn"] = span.end.column - 1;
  return range;
}

Json issue_json(const LintRow& row) {
  return {{"ruleId", row.finding->rule},
          {"primaryLocation",
           {{"message", message_with_help(*row.finding)},
            {"filePath", row.file->path},
            {"textRange", text_range(row)}}}};
}

}  // namespace

std::string lint_as_sonarqube(const LintReport& report, const RenderOptions& /*options*/) {
  LintRows rows(report);
  Json rules = Json::array();
  for (const RuleDescription* rule : rows.rules()) rules.push_back(rule_json(*rule));
  Json issues = Json::array();
  for (const LintRow& row : rows.rows()) issues.push_back(issue_json(row));
  return dump_report({{"rules", std::move(rules)}, {"issues", std::move(issues)}});
}

}  // namespace whittle
