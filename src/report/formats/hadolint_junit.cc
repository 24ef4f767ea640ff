// hadolint's JUnit report. It names the time of the run; here that is always the same, so that
// equal findings are equal reports.
#include <fmt/format.h>

#include "report/formats/formats_list.h"
#include "report/hadolint_parts.h"

namespace whittle {

namespace {

std::string rule_case(const HadolintRow& row) {
  std::string text =
      fmt::format("File: {}\nLine: {}\nCategory: Hadolint - Dockerfile Static Analysis\n{}: {}\n",
                  row.path,
                  row.line,
                  to_text(row.severity),
                  row.message);
  return fmt::format(
      "<testcase id=\"hadolint.rule.{0}\" time=\"0.001\"><failure id=\"{0}\" message=\"{1}\" "
      "type=\"{2}\">{3}</failure></testcase>",
      row.code,
      hadolint_attribute(row.message),
      to_text(row.severity),
      hadolint_content(text));
}

std::string parse_error_case(const HadolintRow& row) {
  std::string text = fmt::format("Parse Error in {}\nLine: {}\nColumn: {}\nParse Error: {}\n",
                                 row.path,
                                 row.line,
                                 row.column,
                                 hadolint_long_message(row));
  return fmt::format(
      "<testcase id=\"hadolint.error\" name=\"DL1000\" time=\"0.001\"><failure message=\"parse "
      "error at line {}, column {}\" type=\"error\">{}</failure></testcase>",
      row.line,
      row.column,
      hadolint_content(text));
}

std::string suite(const std::string& cases, size_t errors, size_t failures) {
  std::string head = fmt::format(
      "<testsuite errors=\"{}\" failures=\"{}\" id=\"hadolint\" name=\"Hadolint {}\" "
      "time=\"0.001\"",
      errors,
      failures,
      kHadolintVersion);
  return cases.empty() ? head + "/>" : head + ">" + cases + "</testsuite>";
}

}  // namespace

std::string lint_as_hadolint_junit(const LintReport& report, const RenderOptions& /*options*/) {
  std::vector<HadolintRow> rows = hadolint_rows(report);
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><testsuites id=\"19700101_000000\" "
      "name=\"Hadolint run at 1970-01-01 00:00:00\" time=\"0.001\">";
  auto row = rows.begin();
  for (const LintedFile& file : report.files) {
    std::string cases;
    size_t errors = 0;
    size_t failures = 0;
    for (; row != rows.end() && row->file == &file; ++row, ++failures) {
      cases += row->is_parse_error ? parse_error_case(*row) : rule_case(*row);
      if (row->is_parse_error) ++errors;
    }
    out += suite(cases, errors, failures);
  }
  return out + "</testsuites>";
}

}  // namespace whittle
