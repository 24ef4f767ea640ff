// Reviewdog's rdjson: all diagnostics in one object. Fixes become suggestions of a review.
#include <nlohmann/json.hpp>

#include "report/formats/formats_list.h"
#include "report/json_parts.h"
#include "report/rdjson_parts.h"

namespace whittle {

std::string lint_as_rdjson(const LintReport& report, const RenderOptions& /*options*/) {
  using Json = nlohmann::ordered_json;
  LintRows rows(report);
  Json diagnostics = Json::array();
  for (const LintRow& row : rows.rows()) diagnostics.push_back(rdf_diagnostic(row));
  return dump_report({{"source", rdf_source()}, {"diagnostics", std::move(diagnostics)}});
}

}  // namespace whittle
