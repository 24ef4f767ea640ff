// The functions behind the table of feeds, one pair a file.
#pragma once

#include "base/result.h"
#include "vuln/feeds/advisory.h"

namespace whittle {

bool is_osv(std::string_view document);
Status read_osv(std::string_view document, std::string_view name, FeedSink& sink);
bool is_kev(std::string_view document);
Status read_kev(std::string_view document, std::string_view name, FeedSink& sink);
bool is_epss(std::string_view document);
Status read_epss(std::string_view document, std::string_view name, FeedSink& sink);
bool is_ssvc(std::string_view document);
Status read_ssvc(std::string_view document, std::string_view name, FeedSink& sink);
bool is_cvss_table(std::string_view document);
Status read_cvss_table(std::string_view document, std::string_view name, FeedSink& sink);

}  // namespace whittle
