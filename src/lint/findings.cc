#include "lint/findings.h"

#include <utility>

#include "base/strings.h"

namespace whittle {

Finding make_finding(const Rule& rule, Range range, std::string message, std::string help) {
  Finding finding;
  finding.rule = rule.info.name;
  finding.severity = rule.info.severity;
  finding.range = range;
  finding.message = std::move(message);
  finding.help = std::move(help);
  return finding;
}

Fix make_fix(std::string title, Applicability applicability, std::vector<Edit> edits) {
  Fix fix;
  fix.title = std::move(title);
  fix.applicability = applicability;
  fix.edits = std::move(edits);
  return fix;
}

std::string in_ticks(std::string_view text) {
  return "`" + printable(text) + "`";
}

}  // namespace whittle
