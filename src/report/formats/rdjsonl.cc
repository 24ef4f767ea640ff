// Reviewdog's rdjsonl: one diagnostic a line.
#include <nlohmann/json.hpp>

#include "report/formats/formats_list.h"
#include "report/rdjson_parts.h"

namespace whittle {

std::string lint_as_rdjsonl(const LintReport& report, const RenderOptions& /*options*/) {
  using Json = nlohmann::ordered_json;
  LintRows rows(report);
  std::string out;
  for (const LintRow& row : rows.rows()) {
    out += rdf_diagnostic(row).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }
  return out;
}

}  // namespace whittle
