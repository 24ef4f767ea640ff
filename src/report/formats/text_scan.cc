// Findings of `scan` on a terminal: what was looked at, a row a finding, what does not count, the
// verdict.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/strings.h"
#include "report/analysis_summary.h"
#include "report/formats/formats_list.h"
#include "report/formats/text_page.h"
#include "report/scan_summary.h"

namespace whittle {

namespace {

constexpr size_t kGap = 2;

Style style_of(RiskLevel level) {
  if (level >= RiskLevel::High) return Style::Bad;
  return level == RiskLevel::Medium ? Style::Caution : Style::Plain;
}

class ScanText : public TextPage {
 public:
  ScanText(const ScanReport& report, const RenderOptions& options)
      : TextPage(options), report_(report) {}

  std::string render() {
    add_head();
    if (!report_.findings.empty()) {
      out_ += "\n";
      add_table(report_.findings, false);
      add_remedies();
    }
    add_suppressed();
    for (const std::string& note : report_.notes) {
      out_ += "\n";
      paragraph("note: ", printable(note), Style::Caution);
    }
    out_ += "\n";
    bool is_clean = report_.findings.empty();
    paragraph("", scan_verdict(report_), is_clean ? Style::Good : Style::Bold);
    return std::move(out_);
  }

 private:
  void add_head() {
    for (const std::string& line : wrapped(image_title(*report_.analysis), width_)) {
      out_ += paint(line, Style::Heading) + "\n";
    }
    const PackageCatalog& catalog = report_.analysis->packages;
    const std::string& name = catalog.distribution.name;
    std::string facts = name.empty() ? std::string() : printable(name) + ", ";
    facts += count_of(report_.matched_packages + report_.unmatched_packages, "package");
    facts += fmt::format("; database of {}, {} advisories",
                         report_.database.built.substr(0, 10),
                         report_.database.advisories);
    paragraph("", facts, Style::Dim);
  }

  struct Line {
    std::string level;
    std::string id;
    std::string package;
    std::string version;
    std::string fixed;
    std::string where;
    Style style = Style::Plain;
  };

  Line line_of(const VulnFinding& finding) const {
    const Package& package = package_of(report_, finding);
    Line line;
    line.level = finding.exploited_since.empty() ? std::string(to_text(finding.level))
                                                 : std::string(to_text(finding.level)) + "!";
    line.id = printable(finding.id);
    line.package = printable(package.name);
    line.version = printable(package.version);
    line.fixed = finding.fixed_version.empty() ? "-" : printable(finding.fixed_version);
    line.where = where_text(report_, finding);
    line.style = style_of(finding.level);
    return line;
  }

  static constexpr std::string Line::*kCells[] = {
      &Line::level, &Line::id, &Line::package, &Line::version, &Line::fixed, &Line::where};

  // Columns as wide as what stands in them; where that is too much, the widest are cut.
  std::vector<size_t> widths_of(const std::vector<Line>& lines) const {
    std::vector<size_t> widths;
    for (auto cell : kCells) {
      size_t width = 0;
      for (const Line& line : lines) width = std::max(width, display_width(line.*cell));
      widths.push_back(width);
    }
    size_t room = width_ - kGap * (widths.size() - 1);
    constexpr size_t kLeast = 6;
    while (true) {
      size_t all = 0;
      for (size_t width : widths) all += width;
      auto widest = std::max_element(widths.begin() + 2, widths.end());
      if (all <= room || *widest <= kLeast) return widths;
      --*widest;
    }
  }

  void add_table(const std::vector<VulnFinding>& findings, bool with_reason) {
    std::vector<Line> lines = {
        {"LEVEL", "VULNERABILITY", "PACKAGE", "INSTALLED", "FIXED", "WHERE", Style::Dim}};
    for (const VulnFinding& finding : findings) lines.push_back(line_of(finding));
    std::vector<size_t> widths = widths_of(lines);
    for (size_t row = 0; row < lines.size(); ++row) {
      std::string text;
      for (size_t i = 0; i < std::size(kCells); ++i) {
        std::string cell = pad_right(truncated(lines[row].*kCells[i], widths[i]), widths[i]);
        if (i == 0) cell = paint(cell, lines[row].style);
        text += (i == 0 ? "" : std::string(kGap, ' ')) + cell;
      }
      out_ += std::string(trim_right(text)) + "\n";
      if (with_reason && row > 0)
        paragraph("  ", printable(findings[row - 1].suppressed), Style::Dim);
      if (options_.verbose && row > 0) add_details(findings[row - 1]);
    }
  }

  void add_details(const VulnFinding& finding) {
    std::vector<std::string> facts;
    if (finding.score) facts.push_back(fmt::format("CVSS {:.1f}", *finding.score));
    if (!finding.level_source.empty()) facts.push_back("by " + printable(finding.level_source));
    if (finding.epss) facts.push_back(fmt::format("EPSS {:.1f} %", *finding.epss * 100));
    if (!finding.exploited_since.empty()) {
      facts.push_back("exploited, known since " + printable(finding.exploited_since));
    }
    if (!finding.advisories.empty()) facts.push_back(printable(join(finding.advisories, ", ")));
    if (!finding.summary.empty()) paragraph("    ", printable(finding.summary), Style::Dim);
    if (!facts.empty()) paragraph("    ", join(facts, "; "), Style::Dim);
    if (!finding.url.empty()) paragraph("    ", printable(finding.url), Style::Dim);
  }

  // What to do, once a remedy, for the most findings first.
  void add_remedies() {
    std::map<std::string, size_t> counts;
    for (const VulnFinding& finding : report_.findings) {
      if (!finding.remedy.empty()) ++counts[finding.remedy];
    }
    std::vector<std::pair<size_t, std::string>> remedies;
    for (const auto& [remedy, count] : counts) remedies.emplace_back(count, remedy);
    std::stable_sort(remedies.begin(), remedies.end(), [](const auto& a, const auto& b) {
      return a.first > b.first;
    });
    if (remedies.empty()) return;
    heading("What to do");
    constexpr size_t kMost = 10;
    for (size_t i = 0; i < remedies.size() && (options_.verbose || i < kMost); ++i) {
      paragraph("  ", fmt::format("{} ({})", printable(remedies[i].second), remedies[i].first));
    }
    if (!options_.verbose && remedies.size() > kMost) {
      paragraph("  ",
                fmt::format("and {} more; --verbose shows them", remedies.size() - kMost),
                Style::Dim);
    }
  }

  void add_suppressed() {
    if (report_.suppressed.empty()) return;
    if (report_.show_suppressed) {
      heading("Not counted");
      add_table(report_.suppressed, true);
      return;
    }
    std::map<std::string, size_t> counts;
    for (const VulnFinding& finding : report_.suppressed) ++counts[finding.suppressed];
    heading("Not counted");
    for (const auto& [reason, count] : counts) {
      paragraph("  ", fmt::format("{}: {}", count, printable(reason)), Style::Dim);
    }
  }

  const ScanReport& report_;
};

}  // namespace

std::string scan_as_text(const ScanReport& report, const RenderOptions& options) {
  return ScanText(report, options).render();
}

}  // namespace whittle
