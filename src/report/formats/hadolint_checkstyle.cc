// hadolint's Checkstyle report.
#include <fmt/format.h>

#include "report/formats/formats_list.h"
#include "report/hadolint_parts.h"
#include "report/utf8.h"

namespace whittle {

namespace {

std::string error_element(const HadolintRow& row) {
  std::string source = row.is_parse_error ? "" : fmt::format(" source=\"{}\"", row.code);
  return fmt::format("<error column=\"{}\" line=\"{}\" message=\"{}\" severity=\"{}\"{}/>",
                     row.column,
                     row.line,
                     hadolint_attribute(hadolint_long_message(row)),
                     to_text(row.severity),
                     source);
}

}  // namespace

std::string lint_as_hadolint_checkstyle(const LintReport& report,
                                        const RenderOptions& /*options*/) {
  std::vector<HadolintRow> rows = hadolint_rows(report);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><checkstyle version=\"4.3\">";
  auto row = rows.begin();
  for (const LintedFile& file : report.files) {
    std::string errors;
    for (; row != rows.end() && row->file == &file; ++row) errors += error_element(*row);
    std::string name = hadolint_attribute(valid_utf8(file.path));
    out += errors.empty() ? fmt::format("<file name=\"{}\"/>", name)
                          : fmt::format("<file name=\"{}\">{}</file>", name, errors);
  }
  return out + "</checkstyle>";
}

}  // namespace whittle
