// An analysis as JSON: the json format, and the data of the html page. The schema is
// docs/json-schema/analyze.schema.json: a change here is a change there, and of the schema's
// version when it breaks readers. What is not known is null.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "model/analysis_report.h"

namespace whittle {

nlohmann::ordered_json analysis_json(const AnalyzeReport& report);

}  // namespace whittle
