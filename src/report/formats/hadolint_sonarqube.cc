// hadolint's issues for SonarQube, in the generic format before 10.3.
#include <nlohmann/json.hpp>

#include "report/formats/formats_list.h"
#include "report/hadolint_parts.h"

namespace whittle {

namespace {

nlohmann::json issue_json(const HadolintRow& row) {
  bool is_bug = row.severity == Severity::Error;
  std::string_view severity = word_for(row.severity, {"INFO", "MINOR", "MAJOR", "CRITICAL"});
  return {{"engineId", "Hadolint"},
          {"primaryLocation",
           {{"filePath", row.path},
            {"message", row.message},
            {"textRange",
             {{"startLine", row.line},
              {"endLine", row.line},
              {"startColumn", row.is_parse_error ? row.column : 0},
              {"endColumn", row.column}}}}},
          {"ruleId", row.code},
          {"severity", row.is_parse_error ? "BLOCKER" : severity},
          {"type", is_bug ? "BUG" : "CODE_SMELL"}};
}

}  // namespace

std::string lint_as_hadolint_sonarqube(const LintReport& report, const RenderOptions& /*options*/) {
  nlohmann::json issues = nlohmann::json::array();
  for (const HadolintRow& row : hadolint_rows(report)) issues.push_back(issue_json(row));
  return hadolint_dump({{"issues", std::move(issues)}});
}

}  // namespace whittle
