// hadolint's Codacy results: objects back to back.
#include <nlohmann/json.hpp>

#include "report/formats/formats_list.h"
#include "report/hadolint_parts.h"

namespace whittle {

std::string lint_as_hadolint_codacy(const LintReport& report, const RenderOptions& /*options*/) {
  std::string out;
  for (const HadolintRow& row : hadolint_rows(report)) {
    out += hadolint_dump({{"filename", row.path},
                          {"line", row.line},
                          {"message", hadolint_long_message(row)},
                          {"patternId", row.code}});
  }
  return out;
}

}  // namespace whittle
