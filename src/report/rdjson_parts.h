// Reviewdog's diagnostic format (reviewdog.proto, Diagnostic): what rdjson and rdjsonl share.
// Columns count bytes of UTF-8.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "report/lint_parts.h"

namespace whittle {

nlohmann::ordered_json rdf_source();
// One diagnostic; a fix is one suggestion, because suggestions are taken one by one.
nlohmann::ordered_json rdf_diagnostic(const LintRow& row);

}  // namespace whittle
