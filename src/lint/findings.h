// Findings and fixes in one line: what every rule builds the same way.
#pragma once

#include <string>
#include <vector>

#include "lint/lint.h"

namespace whittle {

// A finding with the name and the severity of the rule.
Finding make_finding(const Rule& rule, Range range, std::string message, std::string help);

Fix make_fix(std::string title, Applicability applicability, std::vector<Edit> edits);

// "`text`" with everything unprintable escaped.
std::string in_ticks(std::string_view text);

}  // namespace whittle
