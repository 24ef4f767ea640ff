// hadolint's JSON: one array on one line.
#include <nlohmann/json.hpp>

#include "report/formats/formats_list.h"
#include "report/hadolint_parts.h"

namespace whittle {

std::string lint_as_hadolint_json(const LintReport& report, const RenderOptions& /*options*/) {
  nlohmann::json findings = nlohmann::json::array();
  for (const HadolintRow& row : hadolint_rows(report)) {
    findings.push_back({{"code", row.code},
                        {"column", row.column},
                        {"file", row.read_from},
                        {"level", to_text(row.severity)},
                        {"line", row.line},
                        {"message", row.message}});
  }
  return hadolint_dump(findings);
}

}  // namespace whittle
