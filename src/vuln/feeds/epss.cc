// EPSS scores of FIRST: "cve,epss,percentile", with a comment and a head above.
#include <charconv>

#include "vuln/feeds/fields.h"
#include "vuln/feeds/rows.h"

namespace whittle {

namespace {

// A probability, or -1 for anything else.
double probability(std::string_view text) {
  double value = -1;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool is_whole = error == std::errc() && end == text.data() + text.size();
  return is_whole && value >= 0 && value <= 1 ? value : -1;
}

}  // namespace

bool is_epss(std::string_view document) {
  std::vector<std::string_view> fields = first_cve_line(document, ',');
  return fields.size() == 3 && probability(fields[1]) >= 0;
}

Status read_epss(std::string_view document, std::string_view /*name*/, FeedSink& sink) {
  for_each_cve_line(document, ',', 3, [&](const std::vector<std::string_view>& fields) {
    CveNote note;
    note.id = fields[0];
    note.epss = probability(fields[1]);
    note.epss_percentile = probability(fields[2]);
    if (note.epss >= 0) sink.add(note);
  });
  return {};
}

}  // namespace whittle
