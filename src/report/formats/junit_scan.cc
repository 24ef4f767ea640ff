// Findings of `scan` as JUnit's XML: a suite for each thing that was looked for, a failed case a
// finding; where nothing was found, one case that passed.
#include <fmt/format.h>

#include "report/analysis_summary.h"
#include "report/formats/formats_list.h"
#include "report/scan_rows.h"
#include "report/xml_text.h"

namespace whittle {

namespace {

struct Suite {
  std::string cases;
  size_t count = 0;
};

std::string failed_case(const ScanReport& report, const ScanRow& row) {
  std::string text = row.message + "\n";
  if (!row.help.empty()) text += "help: " + row.help + "\n";
  if (!row.url.empty()) text += row.url + "\n";
  std::string place;
  if (const SourcePlace* at = place_of(report, row)) {
    place = fmt::format(" file=\"{}\" line=\"{}\"", xml_escaped(at->file), at->first_line);
    text += place_text(*at) + "\n";
  }
  return fmt::format(
      "    <testcase classname=\"{}\" name=\"{}\"{} time=\"0\">\n"
      "      <failure type=\"{}\" message=\"{}\">{}</failure>\n"
      "    </testcase>\n",
      xml_escaped(row.subject),
      xml_escaped(row.id),
      place,
      to_text(row.level),
      xml_escaped(row.title),
      xml_content(text));
}

std::string suite_text(const ScannerInfo& scanner, const std::string& image, const Suite& suite) {
  std::string passed = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"0\"/>\n",
                                   xml_escaped(image),
                                   xml_escaped(scanner.what));
  return fmt::format(
      "  <testsuite name=\"{}: {}\" tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"0\">\n{}"
      "  </testsuite>\n",
      xml_escaped(image),
      xml_escaped(scanner.what),
      suite.count == 0 ? 1 : suite.count,
      suite.count,
      suite.count == 0 ? passed : suite.cases);
}

struct Suites {
  std::string text;
  size_t tests = 0;
  size_t failures = 0;
};

void add_suites(const ScanReport& report, Suites& suites) {
  std::vector<ScanRow> rows = scan_rows(report);
  std::string image = image_title(*report.analysis);
  for (const ScannerInfo& scanner : scanner_table()) {
    if ((report.scanners & scanner.bit) == 0) continue;
    Suite suite;
    for (const ScanRow& row : rows) {
      if (row.kind != scanner.bit) continue;
      suite.cases += failed_case(report, row);
      ++suite.count;
    }
    suites.tests += suite.count == 0 ? 1 : suite.count;
    suites.failures += suite.count;
    suites.text += suite_text(scanner, image, suite);
  }
}

std::string document(const Suites& suites) {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"whittle scan\" tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"0\">\n"
      "{}</testsuites>\n",
      suites.tests,
      suites.failures,
      suites.text);
}

}  // namespace

std::string scan_as_junit(const ScanReport& report, const RenderOptions& /*options*/) {
  Suites suites;
  add_suites(report, suites);
  return document(suites);
}

std::string scans_as_junit(const std::vector<ScanReport>& reports,
                           const RenderOptions& /*options*/) {
  Suites suites;
  for (const ScanReport& report : reports) add_suites(report, suites);
  return document(suites);
}

}  // namespace whittle
