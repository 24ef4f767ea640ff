// Checkstyle's report: every file with its findings.
#include <fmt/format.h>

#include "report/formats/formats_list.h"
#include "report/lint_parts.h"
#include "report/xml_text.h"

namespace whittle {

namespace {

constexpr SeverityWords kSeverities = {"info", "info", "warning", "error"};

std::string error_element(const LintRow& row) {
  ColumnRange span = span_of(*row.file, row.finding->range, ColumnUnit::CodePoints);
  return fmt::format(
      "    <error line=\"{}\" column=\"{}\" severity=\"{}\" message=\"{}\" "
      "source=\"whittle.{}\"/>\n",
      span.begin.line,
      span.begin.column,
      word_for(row.finding->severity, kSeverities),
      xml_escaped(message_with_help(*row.finding)),
      xml_escaped(row.finding->rule));
}

}  // namespace

std::string lint_as_checkstyle(const LintReport& report, const RenderOptions& /*options*/) {
  LintRows rows(report);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n";
  auto row = rows.rows().begin();
  for (const LintedFile& file : report.files) {
    out += fmt::format("  <file name=\"{}\">\n", xml_escaped(file.path));
    for (; row != rows.rows().end() && row->file == &file; ++row) out += error_element(*row);
    out += "  </file>\n";
  }
  return out + "</checkstyle>\n";
}

}  // namespace whittle
