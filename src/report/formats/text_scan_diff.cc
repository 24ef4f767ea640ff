// Two scans compared, on a terminal: what came, what went, which packages changed.
#include <fmt/format.h>

#include "base/strings.h"
#include "report/analysis_summary.h"
#include "report/formats/formats_list.h"
#include "report/formats/text_page.h"
#include "report/scan_diff_rows.h"
#include "report/scan_summary.h"

namespace whittle {

namespace {

constexpr size_t kMostPackages = 20;

class ScanDiffText : public TextPage {
 public:
  ScanDiffText(const ScanDiff& diff, const RenderOptions& options)
      : TextPage(options), diff_(diff) {}

  std::string render() {
    paragraph("before: ", image_title(*diff_.before.analysis), Style::Heading);
    paragraph("after:  ", image_title(*diff_.after.analysis), Style::Heading);
    add_rows("New", diff_.came, Style::Bad);
    add_rows("Gone", diff_.went, Style::Good);
    add_packages();
    for (const ScanReport* report : {&diff_.before, &diff_.after}) {
      for (const std::string& note : report->notes) {
        out_ += "\n";
        paragraph("note: ", printable(note), Style::Caution);
      }
    }
    out_ += "\n";
    bool is_better = count_findings(diff_.came) == 0;
    paragraph("", scan_diff_verdict(diff_), is_better ? Style::Good : Style::Bold);
    return std::move(out_);
  }

 private:
  void add_rows(std::string_view title, const ScanReport& report, Style style) {
    std::vector<ScanRow> rows = scan_rows(report);
    if (rows.empty()) return;
    heading(title);
    for (const ScanRow& row : rows) {
      std::string where = where_text(report, row);
      std::string line = fmt::format("  {} {}  ",
                                     pad_right(std::string(to_text(row.level)), 10),
                                     pad_right(printable(row.id), 16));
      out_ +=
          paint(indented(line,
                         printable(diff_subject(row)) + (where.empty() ? "" : " (" + where + ")"),
                         width_),
                row.level >= RiskLevel::High ? style : Style::Plain);
    }
  }

  void add_packages() {
    if (diff_.packages.empty()) return;
    heading("Packages");
    size_t count = 0;
    for (const PackageChange& change : diff_.packages) {
      if (++count <= kMostPackages || options_.verbose)
        paragraph("  ", change_text(change), Style::Plain);
    }
    if (count > kMostPackages && !options_.verbose)
      paragraph("  ",
                fmt::format("and {} more; --verbose shows them", count - kMostPackages),
                Style::Dim);
  }

  const ScanDiff& diff_;
};

}  // namespace

std::string scan_diff_as_text(const ScanDiff& diff, const RenderOptions& options) {
  return ScanDiffText(diff, options).render();
}

}  // namespace whittle
