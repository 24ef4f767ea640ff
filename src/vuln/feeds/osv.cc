// OSV records (ossf.github.io/osv-schema 1.7): one JSON object a file, or an array of them.
#include "base/strings.h"
#include "vuln/feeds/json_reader.h"
#include "vuln/feeds/rows.h"

namespace whittle {

bool is_osv(std::string_view document) {
  std::string_view text = trim_left(document.substr(0, 1024));
  return text.starts_with('{') || text.starts_with('[');
}

Status read_osv(std::string_view document, std::string_view name, FeedSink& sink) {
  return parse_osv_json(document, name, sink);
}

}  // namespace whittle
