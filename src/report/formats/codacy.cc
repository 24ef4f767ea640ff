// Results of a Codacy tool: one JSON object a line.
#include <nlohmann/json.hpp>

#include "report/formats/formats_list.h"
#include "report/lint_parts.h"

namespace whittle {

std::string lint_as_codacy(const LintReport& report, const RenderOptions& /*options*/) {
  using Json = nlohmann::ordered_json;
  LintRows rows(report);
  std::string out;
  for (const LintRow& row : rows.rows()) {
    ColumnRange span = span_of(*row.file, row.finding->range, ColumnUnit::CodePoints);
    Json result = {{"filename", row.file->path},
                   {"message", message_with_help(*row.finding)},
                   {"patternId", row.finding->rule},
                   {"line", span.begin.line}};
    out += result.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }
  return out;
}

}  // namespace whittle
