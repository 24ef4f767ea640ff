// Issues of Code Climate's engine specification: one JSON object each, ended by a NUL byte.
#include <nlohmann/json.hpp>

#include "report/formats/formats_list.h"
#include "report/lint_parts.h"
#include "base/sha1.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

constexpr SeverityWords kSeverities = {"info", "minor", "major", "critical"};

std::string_view category(const LintRow& row) {
  if (!security_severity(*row.rule).empty()) return "Security";
  return row.finding->severity == Severity::Style ? "Style" : "Bug Risk";
}

Json issue_json(const LintRow& row) {
  ColumnRange span = visible_span_of(*row.file, row.finding->range, ColumnUnit::CodePoints);
  auto place = [](const Position& at) { return Json{{"line", at.line}, {"column", at.column}}; };
  Json issue = {{"type", "issue"},
                {"check_name", row.finding->rule},
                {"description", message_with_help(*row.finding)},
                {"categories", Json::array({category(row)})},
                {"location",
                 {{"path", row.file->path},
                  {"positions", {{"begin", place(span.begin)}, {"end", place(span.end)}}}}},
                {"severity", word_for(row.finding->severity, kSeverities)},
                {"fingerprint", sha1_hex(row.file->path + '\0' + row.fingerprint)}};
  if (!row.rule->why.empty()) issue["content"] = {{"body", row.rule->why}};
  return issue;
}

}  // namespace

std::string lint_as_codeclimate(const LintReport& report, const RenderOptions& /*options*/) {
  LintRows rows(report);
  std::string out;
  for (const LintRow& row : rows.rows()) {
    out += issue_json(row).dump(-1, ' ', false, Json::error_handler_t::replace) + '\0';
  }
  return out;
}

}  // namespace whittle
