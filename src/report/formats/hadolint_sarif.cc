// hadolint's SARIF: results without rules, regions of one character.
#include <nlohmann/json.hpp>

#include "report/formats/formats_list.h"
#include "report/hadolint_parts.h"

namespace whittle {

namespace {

using Json = nlohmann::json;

Json result_json(const HadolintRow& row) {
  Json region = {{"startLine", row.line},
                 {"startColumn", row.column},
                 {"endLine", row.line},
                 {"endColumn", row.column},
                 {"sourceLanguage", row.code.starts_with("SC") ? "sh" : "dockerfile"}};
  Json location = {
      {"physicalLocation", {{"artifactLocation", {{"uri", row.read_from}}}, {"region", region}}}};
  return {{"ruleId", row.code},
          {"level", word_for(row.severity, {"note", "note", "warning", "error"})},
          {"message", {{"text", row.message}}},
          {"locations", Json::array({std::move(location)})}};
}

}  // namespace

std::string lint_as_hadolint_sarif(const LintReport& report, const RenderOptions& /*options*/) {
  Json results = Json::array();
  for (const HadolintRow& row : hadolint_rows(report)) results.push_back(result_json(row));
  Json driver = {{"name", "Hadolint"},
                 {"fullName", "Haskell Dockerfile Linter"},
                 {"version", kHadolintVersion},
                 {"downloadUri", "https://github.com/hadolint/hadolint"},
                 {"shortDescription",
                  {{"text", "Dockerfile linter, validate inline bash, written in Haskell"}}}};
  Json run = {{"defaultSourceLanguage", "dockerfile"},
              {"results", std::move(results)},
              {"tool", {{"driver", std::move(driver)}}}};
  return hadolint_dump({{"$schema", "http://json.schemastore.org/sarif-2.1.0"},
                        {"version", "2.1.0"},
                        {"runs", Json::array({std::move(run)})}});
}

}  // namespace whittle
