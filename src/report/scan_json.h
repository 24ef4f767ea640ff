// A scan as JSON, for the json format and the data of the html page. The schema is
// docs/json-schema/scan.schema.json: a change here is a change there, and of kSchemaVersion when it
// breaks readers. What is not known is null.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "model/scan_report.h"

namespace whittle {

nlohmann::ordered_json scan_json(const ScanReport& report, bool with_suppressed);
// The same as text, as dump_report gives it, without the whole in memory twice.
std::string scan_json_text(const ScanReport& report, bool with_suppressed);

}  // namespace whittle
