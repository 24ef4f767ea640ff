// hadolint's Code Climate issues, each ended by a NUL byte.
#include <nlohmann/json.hpp>

#include "report/formats/formats_list.h"
#include "report/hadolint_parts.h"

namespace whittle {

std::string lint_as_hadolint_codeclimate(const LintReport& report,
                                         const RenderOptions& /*options*/) {
  std::string out;
  for (const HadolintRow& row : hadolint_rows(report)) {
    out += hadolint_dump(hadolint_issue(row)) + '\0';
  }
  return out;
}

}  // namespace whittle
