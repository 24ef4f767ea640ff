// An analysis for programs: docs/json-schema/analyze.schema.json.
#include <nlohmann/json.hpp>

#include "report/analysis_json.h"
#include "report/formats/formats_list.h"
#include "report/json_parts.h"

namespace whittle {

std::string analyze_as_json(const AnalyzeReport& report, const RenderOptions& /*options*/) {
  return dump_report(analysis_json(report));
}

}  // namespace whittle
