// GitLab's code quality report: the part of Code Climate's issues that GitLab reads, in one array.
#include <nlohmann/json.hpp>

#include "report/formats/formats_list.h"
#include "report/json_parts.h"
#include "report/lint_parts.h"
#include "base/sha1.h"

namespace whittle {

namespace {

constexpr SeverityWords kSeverities = {"info", "minor", "major", "critical"};

}  // namespace

std::string lint_as_gitlab(const LintReport& report, const RenderOptions& /*options*/) {
  using Json = nlohmann::ordered_json;
  LintRows rows(report);
  Json issues = Json::array();
  for (const LintRow& row : rows.rows()) {
    ColumnRange span = visible_span_of(*row.file, row.finding->range, ColumnUnit::CodePoints);
    issues.push_back({{"description", message_with_help(*row.finding)},
                      {"check_name", row.finding->rule},
                      // Unique in the report: two files may hold the same finding.
                      {"fingerprint", sha1_hex(row.file->path + '\0' + row.fingerprint)},
                      {"severity", word_for(row.finding->severity, kSeverities)},
                      {"location",
                       {{"path", row.file->path},
                        {"lines", {{"begin", span.begin.line}, {"end", span.end.line}}}}}});
  }
  return dump_report(issues);
}

}  // namespace whittle
