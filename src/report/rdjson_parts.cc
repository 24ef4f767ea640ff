#include "report/rdjson_parts.h"

#include <nlohmann/json.hpp>

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

constexpr SeverityWords kSeverities = {"INFO", "INFO", "WARNING", "ERROR"};

Json range_json(const ColumnRange& span) {
  auto place = [](const Position& at) { return Json{{"line", at.line}, {"column", at.column}}; };
  return {{"start", place(span.begin)}, {"end", place(span.end)}};
}

}  // namespace

nlohmann::ordered_json rdf_source() {
  return {{"name", "whittle"}};
}

nlohmann::ordered_json rdf_diagnostic(const LintRow& row) {
  const LintedFile& file = *row.file;
  const Finding& finding = *row.finding;
  Json location = {{"path", file.path}};
  if (file.error.empty()) {
    location["range"] = range_json(visible_span_of(file, finding.range, ColumnUnit::Bytes));
  }
  Json out = {{"message", message_with_help(finding)},
              {"location", std::move(location)},
              {"severity", word_for(finding.severity, kSeverities)},
              {"source", rdf_source()},
              {"code", {{"value", finding.rule}}}};
  if (std::string page = rule_page(*row.rule); !page.empty()) out["code"]["url"] = page;
  if (is_offered(finding)) {
    Edit edit = joined_edits(file, finding.fix->edits);
    Json range = range_json(span_of(file, edit.range, ColumnUnit::Bytes));
    out["suggestions"] = Json::array({{{"range", std::move(range)}, {"text", edit.text}}});
  }
  return out;
}

}  // namespace whittle
