// whittle-trace.json: a trace to keep with the source, and to merge with later ones.
#pragma once

#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "model/trace.h"

namespace whittle {

// Sorted and indented by line, so that two traces can be compared as text. Paths and arguments that
// are not UTF-8 are written with U+FFFD.
std::string trace_to_json(const Trace& trace);

// Errors: Invalid for what is no trace, or of a newer version; Limit.
Result<Trace> parse_trace_json(std::string_view text, const Limits& limits);

}  // namespace whittle
