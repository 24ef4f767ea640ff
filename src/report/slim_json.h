// A slim report as JSON, for those who put it into something else.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "model/slim_report.h"

namespace whittle {

// docs/json-schema/slim.schema.json.
nlohmann::ordered_json slim_json(const SlimReport& report);

}  // namespace whittle
