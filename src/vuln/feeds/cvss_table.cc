// Severities by CVE: CVE, OSV's type ("CVSS_V3"), vector, source, parted by tabs.
#include "vuln/feeds/fields.h"
#include "vuln/feeds/rows.h"

namespace whittle {

bool is_cvss_table(std::string_view document) {
  std::vector<std::string_view> fields = first_cve_line(document, '\t');
  return fields.size() >= 3 && fields[1].starts_with("CVSS_V");
}

Status read_cvss_table(std::string_view document, std::string_view /*name*/, FeedSink& sink) {
  for_each_cve_line(document, '\t', 3, [&](const std::vector<std::string_view>& fields) {
    if (!fields[1].starts_with("CVSS_V")) return;
    CveNote note;
    note.id = fields[0];
    note.severity = {std::string(fields[1]), std::string(fields[2])};
    if (fields.size() > 3) note.severity_source = fields[3];
    sink.add(note);
  });
  return {};
}

}  // namespace whittle
