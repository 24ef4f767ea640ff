// CISA's catalogue of known exploited vulnerabilities, as JSON.
#include "base/strings.h"
#include "vuln/feeds/json_reader.h"
#include "vuln/feeds/rows.h"

namespace whittle {

bool is_kev(std::string_view document) {
  std::string_view head = document.substr(0, 4096);
  return trim_left(head).starts_with('{') && contains(head, "\"catalogVersion\"");
}

Status read_kev(std::string_view document, std::string_view name, FeedSink& sink) {
  return parse_kev_json(document, name, sink);
}

}  // namespace whittle
