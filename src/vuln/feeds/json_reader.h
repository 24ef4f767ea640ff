// JSON documents of feeds, read by simdjson: its only user, and the file where its errors end.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "vuln/feeds/advisory.h"

namespace whittle {

// One OSV record, or an array of them. Errors: Invalid.
Status parse_osv_json(std::string_view document, std::string_view name, FeedSink& sink);
// CISA's catalogue of known exploited vulnerabilities. Errors: Invalid.
Status parse_kev_json(std::string_view document, std::string_view name, FeedSink& sink);

}  // namespace whittle
