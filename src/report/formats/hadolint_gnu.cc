// hadolint's output in the manner of GNU programs.
#include <fmt/format.h>

#include "base/strings.h"
#include "report/formats/formats_list.h"
#include "report/hadolint_parts.h"

namespace whittle {

std::string lint_as_hadolint_gnu(const LintReport& report, const RenderOptions& /*options*/) {
  std::string out;
  for (const HadolintRow& row : hadolint_rows(report)) {
    std::string path = printable(row.read_from);
    std::string message = printable(replace_all(row.message, "\n", " "));
    if (row.is_parse_error) {
      // The blank is the line end of hadolint's parser message.
      out += fmt::format("hadolint:{}:{}:{}: {} \n", path, row.line, row.column, message);
    } else {
      out += fmt::format(
          "hadolint:{}:{}: {} {}: {}\n", path, row.line, row.code, to_text(row.severity), message);
    }
  }
  return out;
}

}  // namespace whittle
