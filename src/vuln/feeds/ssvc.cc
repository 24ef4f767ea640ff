// CISA's SSVC decisions: CVE, exploitation (none, poc, active), automatable (yes, no), technical
// impact (partial, total), parted by tabs.
#include "vuln/feeds/fields.h"
#include "vuln/feeds/rows.h"

namespace whittle {

namespace {

bool is_exploitation(std::string_view word) {
  return word == "none" || word == "poc" || word == "active";
}

}  // namespace

bool is_ssvc(std::string_view document) {
  std::vector<std::string_view> fields = first_cve_line(document, '\t');
  return fields.size() >= 4 && is_exploitation(fields[1]);
}

Status read_ssvc(std::string_view document, std::string_view /*name*/, FeedSink& sink) {
  for_each_cve_line(document, '\t', 4, [&](const std::vector<std::string_view>& fields) {
    if (!is_exploitation(fields[1])) return;
    CveNote note;
    note.id = fields[0];
    note.exploitation = fields[1];
    note.is_automatable = fields[2] == "yes";
    note.technical_impact = fields[3];
    sink.add(note);
  });
  return {};
}

}  // namespace whittle
