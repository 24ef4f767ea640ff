// JUnit's XML for build servers: a suite a file, a failed case a finding; a file without findings
// is one case that passed.
#include <fmt/format.h>

#include "report/formats/formats_list.h"
#include "report/lint_parts.h"
#include "report/lint_summary.h"
#include "report/xml_text.h"

namespace whittle {

namespace {

std::string failure_case(const LintRow& row) {
  ColumnRange span = span_of(*row.file, row.finding->range, ColumnUnit::CodePoints);
  const Finding& finding = *row.finding;
  std::string place = fmt::format("{}:{}:{}", row.file->path, span.begin.line, span.begin.column);
  std::string text = place + "\n" + finding.message + "\n";
  if (!finding.help.empty()) text += "help: " + finding.help + "\n";
  std::string_view element = row.file->error.empty() ? "failure" : "error";
  return fmt::format(
      "    <testcase classname=\"{}\" name=\"{}:{}:{}\" file=\"{}\" line=\"{}\" time=\"0\">\n"
      "      <{} type=\"{}\" message=\"{}\">{}</{}>\n"
      "    </testcase>\n",
      xml_escaped(row.file->path),
      xml_escaped(finding.rule),
      span.begin.line,
      span.begin.column,
      xml_escaped(row.file->path),
      span.begin.line,
      element,
      to_text(finding.severity),
      xml_escaped(finding.message),
      xml_content(text),
      element);
}

std::string passed_case(const LintedFile& file) {
  return fmt::format("    <testcase classname=\"{}\" name=\"lint\" file=\"{}\" time=\"0\"/>\n",
                     xml_escaped(file.path),
                     xml_escaped(file.path));
}

std::string suite(const LintedFile& file, const std::string& cases, size_t findings) {
  bool is_read = file.error.empty();
  return fmt::format(
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"0\">\n{}"
      "  </testsuite>\n",
      xml_escaped(file.path),
      findings == 0 ? 1 : findings,
      is_read ? findings : 0,
      is_read ? 0 : 1,
      findings == 0 ? passed_case(file) : cases);
}

}  // namespace

std::string lint_as_junit(const LintReport& report, const RenderOptions& /*options*/) {
  LintRows rows(report);
  std::string suites;
  size_t tests = 0;
  auto row = rows.rows().begin();
  for (const LintedFile& file : report.files) {
    std::string cases;
    size_t findings = 0;
    for (; row != rows.rows().end() && row->file == &file; ++row, ++findings) {
      cases += failure_case(*row);
    }
    tests += findings == 0 ? 1 : findings;
    suites += suite(file, cases, findings);
  }
  LintSummary summary = lint_summary(report);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"whittle lint\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"0\">\n"
      "{}</testsuites>\n",
      tests,
      summary.findings() - summary.unreadable,
      summary.unreadable,
      suites);
}

}  // namespace whittle
