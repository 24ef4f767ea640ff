// Findings of `scan` on a terminal: what was looked at, a table of each kind, what to do, what does
// not count, the verdict.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "report/analysis_summary.h"
#include "report/formats/formats_list.h"
#include "report/formats/text_page.h"
#include "report/scan_summary.h"
#include "report/scan_sums.h"

namespace whittle {

namespace {

constexpr size_t kGap = 2;
constexpr size_t kLeast = 6;  // columns that a cell is never cut below

Style style_of(RiskLevel level) {
  if (level >= RiskLevel::High) return Style::Bad;
  return level == RiskLevel::Medium ? Style::Caution : Style::Plain;
}

struct Line {
  std::vector<std::string> cells;
  const ScanRow* row = nullptr;  // null for the head
};

// Columns as wide as what stands in them; where that is too much, the widest are cut, but for the
// first two.
std::vector<size_t> widths_of(const std::vector<Line>& lines, size_t page) {
  std::vector<size_t> widths(lines[0].cells.size());
  for (const Line& line : lines) {
    for (size_t i = 0; i < widths.size(); ++i)
      widths[i] = std::max(widths[i], display_width(line.cells[i]));
  }
  size_t gaps = kGap * (widths.size() - 1);
  while (true) {
    size_t all = gaps;
    for (size_t width : widths) all += width;
    auto widest = std::max_element(widths.begin() + 2, widths.end());
    if (all <= page || *widest <= kLeast) return widths;
    --*widest;
  }
}

class ScanText : public TextPage {
 public:
  ScanText(const ScanReport& report, const RenderOptions& options)
      : TextPage(options), report_(report), rows_(scan_rows(report, ScanRowsWith::Suppressed)) {}

  std::string render() {
    add_head();
    for (const ScannerInfo& scanner : scanner_table()) add_kind(scanner.bit, false);
    add_remedies();
    add_readiness();
    add_surface();
    add_suppressed();
    for (const std::string& note : report_.notes) {
      out_ += "\n";
      paragraph("note: ", printable(note), Style::Caution);
    }
    out_ += "\n";
    bool is_clean = report_.findings.empty() && report_.secrets.empty() && report_.checks.empty();
    paragraph("", scan_verdict(report_), is_clean ? Style::Good : Style::Bold);
    if (std::string share = base_share(report_); !share.empty()) paragraph("", share, Style::Dim);
    if (std::string share = usage_share(report_); !share.empty()) paragraph("", share, Style::Dim);
    for (const BaseCandidate& candidate : report_.base_candidates)
      paragraph("", candidate_text(candidate));
    return std::move(out_);
  }

 private:
  void add_head() {
    for (const std::string& line : wrapped(image_title(*report_.analysis), width_)) {
      out_ += paint(line, Style::Heading) + "\n";
    }
    const PackageCatalog& catalog = report_.analysis->packages;
    std::vector<std::string> facts;
    if (!catalog.distribution.name.empty()) facts.push_back(printable(catalog.distribution.name));
    std::string database;
    if ((report_.scanners & kScanVulnerabilities) != 0) {
      facts.push_back(count_of(report_.matched_packages + report_.unmatched_packages, "package"));
      database = fmt::format("; database of {}, {} advisories",
                             report_.database.built.substr(0, 10),
                             report_.database.advisories);
    }
    if (!facts.empty()) paragraph("", join(facts, ", ") + database, Style::Dim);
  }

  static std::string level_cell(const ScanRow& row) {
    bool is_exploited = row.vulnerability != nullptr && !row.vulnerability->exploited_since.empty();
    return std::string(to_text(row.level)) + (is_exploited ? "!" : "");
  }

  std::vector<std::string> cells_of(const ScanRow& row) const {
    std::vector<std::string> cells = {level_cell(row), printable(row.id)};
    if (row.vulnerability != nullptr) {
      const Package& package = package_of(report_, *row.vulnerability);
      const std::string& fixed = row.vulnerability->fixed_version;
      cells.push_back(printable(package.name));
      cells.push_back(printable(package.version));
      cells.push_back(fixed.empty() ? "-" : printable(fixed));
    } else if (row.secret != nullptr) {
      std::string line = row.line == 0 ? "" : fmt::format(":{}", row.line);
      cells.push_back(printable(row.subject) + line);
      cells.push_back(printable(row.secret->masked));
    } else {
      cells.push_back(printable(row.title));
    }
    bool is_unused =
        row.vulnerability != nullptr && row.vulnerability->usage == PackageUsage::Unused;
    std::string where = where_text(report_, row);
    cells.push_back(is_unused ? where + (where.empty() ? "" : ", ") + "not used" : where);
    return cells;
  }

  static std::vector<std::string> head_of(ScannerSet kind) {
    if (kind == kScanSecrets) return {"LEVEL", "SECRET", "IN", "MASKED", "WHERE"};
    if (kind == kScanConfiguration) return {"LEVEL", "CHECK", "WHAT", "WHERE"};
    return {"LEVEL", "VULNERABILITY", "PACKAGE", "INSTALLED", "FIXED", "WHERE"};
  }

  // True if there was one.
  bool add_kind(ScannerSet kind, bool is_suppressed) {
    std::vector<Line> lines = {{head_of(kind), nullptr}};
    for (const ScanRow& row : rows_) {
      if (row.kind == kind && row.suppressed.empty() != is_suppressed)
        lines.push_back({cells_of(row), &row});
    }
    if (lines.size() == 1) return false;
    out_ += "\n";
    std::vector<size_t> widths = widths_of(lines, width_);
    for (const Line& line : lines) add_line(line, widths);
    return true;
  }

  void add_line(const Line& line, const std::vector<size_t>& widths) {
    std::string text;
    for (size_t i = 0; i < widths.size(); ++i) {
      std::string cell = pad_right(truncated(line.cells[i], widths[i]), widths[i]);
      if (i == 0) cell = paint(cell, line.row == nullptr ? Style::Dim : style_of(line.row->level));
      text += (i == 0 ? "" : std::string(kGap, ' ')) + cell;
    }
    out_ += std::string(trim_right(text)) + "\n";
    if (line.row == nullptr) return;
    if (!line.row->suppressed.empty()) paragraph("  ", printable(line.row->suppressed), Style::Dim);
    if (line.row->secret != nullptr && line.row->secret->is_deleted) {
      paragraph("  ",
                fmt::format("deleted but recoverable from layer {}", line.row->layer + 1),
                Style::Caution);
    }
    if (line.row->check != nullptr) paragraph("  ", evidence_text(*line.row->check), Style::Dim);
    if (options_.verbose) add_details(*line.row);
  }

  std::string evidence_text(const CheckFinding& check) const {
    constexpr size_t kMost = 5;
    size_t shown =
        options_.verbose ? check.evidence.size() : std::min(kMost, check.evidence.size());
    std::string text;
    for (size_t i = 0; i < shown; ++i) text += (i == 0 ? "" : "; ") + printable(check.evidence[i]);
    if (shown < check.evidence.size())
      text += fmt::format("; and {} more", check.evidence.size() - shown);
    return text;
  }

  void add_details(const ScanRow& row) {
    if (row.check == nullptr) paragraph("    ", printable(row.title), Style::Dim);
    std::vector<std::string> facts;
    if (row.vulnerability != nullptr) {
      facts = facts_of(*row.vulnerability);
    } else if (row.secret != nullptr) {
      facts.push_back("fingerprint " + printable(row.secret->fingerprint));
    } else if (!row.check->aliases.empty()) {
      facts.push_back("also known as " + printable(join(row.check->aliases, ", ")));
    }
    if (!facts.empty()) paragraph("    ", join(facts, "; "), Style::Dim);
    if (!row.url.empty()) paragraph("    ", printable(row.url), Style::Dim);
  }

  static std::vector<std::string> facts_of(const VulnFinding& finding) {
    std::vector<std::string> facts;
    if (finding.score) facts.push_back(fmt::format("CVSS {:.1f}", *finding.score));
    if (!finding.level_source.empty()) facts.push_back("by " + printable(finding.level_source));
    if (finding.epss) facts.push_back(fmt::format("EPSS {:.1f} %", *finding.epss * 100));
    if (!finding.exploited_since.empty()) {
      facts.push_back("exploited, known since " + printable(finding.exploited_since));
    }
    if (!finding.advisories.empty()) facts.push_back(printable(join(finding.advisories, ", ")));
    return facts;
  }

  // What to do, once a remedy, for the gravest findings first.
  void add_remedies() {
    std::vector<std::pair<std::string, size_t>> remedies = remedies_of(report_);
    if (remedies.empty()) return;
    heading("What to do");
    constexpr size_t kMost = 10;
    for (size_t i = 0; i < remedies.size() && (options_.verbose || i < kMost); ++i) {
      paragraph("  ", fmt::format("{} ({})", printable(remedies[i].first), remedies[i].second));
    }
    if (!options_.verbose && remedies.size() > kMost) {
      paragraph("  ",
                fmt::format("and {} more; --verbose shows them", remedies.size() - kMost),
                Style::Dim);
    }
  }

  void add_readiness() {
    if (!report_.readiness) return;
    const ImageReadiness& readiness = *report_.readiness;
    heading("Could run with");
    for (const ReadinessAspect& aspect : readiness.aspects) {
      bool is_blocked = aspect.verdict == ReadinessVerdict::No;
      paragraph("  ",
                fmt::format("{}: {}", aspect.title, readiness_words(aspect)),
                is_blocked ? Style::Caution : Style::Good);
      for (const Obstacle& obstacle : aspect.obstacles)
        paragraph("    ", printable(obstacle_text(obstacle)), Style::Dim);
    }
    paragraph("  ", "docker run " + printable(join(readiness.run_options, " ")));
    if (!readiness.has_trace)
      paragraph("  ", "`whittle trace` shows what a run needs; --trace reads it here", Style::Dim);
  }

  void add_surface() {
    if (!report_.surface) return;
    const AttackSurface& surface = *report_.surface;
    heading("Attack surface: " + tenths_text(surface.tenths()));
    for (const SurfacePart& part : surface.parts) {
      if (part.count == 0) continue;
      std::string names = join(part.examples, ", ");
      if (part.examples.size() < part.count && !names.empty()) names += ", ...";
      std::string line = fmt::format(
          "  {:>6}  {}{}",
          tenths_text(part.count * part.weight_tenths),
          part.count == 1 && part.id == "root" ? std::string(part.title)
                                               : fmt::format("{} {}", part.count, part.title),
          names.empty() || part.id == "root" ? "" : ": " + printable(names));
      out_ += paint(truncated(line, width_), Style::Dim) + "\n";
    }
  }

  void add_suppressed() {
    std::vector<std::pair<std::string, size_t>> reasons = suppressed_by_reason(report_);
    if (reasons.empty()) return;
    heading("Not counted");
    if (report_.show_suppressed) {
      for (const ScannerInfo& scanner : scanner_table()) add_kind(scanner.bit, true);
      return;
    }
    for (const auto& [reason, count] : reasons) {
      paragraph("  ", fmt::format("{}: {}", count, printable(reason)), Style::Dim);
    }
  }

  const ScanReport& report_;
  std::vector<ScanRow> rows_;
};

std::string summary_text(const std::vector<ScanReport>& reports, unsigned page) {
  std::vector<ScanSum> lines(1);
  for (size_t i = 0; i < kScanSumHead.size(); ++i) lines[0][i] = to_upper(kScanSumHead[i]);
  for (const ScanReport& report : reports) {
    lines.push_back(scan_sum(report));
    lines.back()[0] = printable(lines.back()[0]);
  }
  std::array<size_t, kScanSumHead.size()> widths{};
  for (const ScanSum& cells : lines) {
    for (size_t i = 0; i < cells.size(); ++i)
      widths[i] = std::max(widths[i], display_width(cells[i]));
  }
  size_t figures = 0;
  for (size_t i = 1; i < widths.size(); ++i) figures += widths[i] + 2;
  constexpr size_t kLeastName = 12;
  widths[0] = std::min(widths[0], std::max(kLeastName, page - std::min<size_t>(page, figures)));
  std::string out;
  for (const ScanSum& cells : lines) {
    out += pad_right(truncated(cells[0], widths[0]), widths[0]);
    for (size_t i = 1; i < cells.size(); ++i)
      out += std::string(2 + widths[i] - display_width(cells[i]), ' ') + cells[i];
    out += "\n";
  }
  return out;
}

}  // namespace

std::string scan_as_text(const ScanReport& report, const RenderOptions& options) {
  return ScanText(report, options).render();
}

std::string scans_as_text(const std::vector<ScanReport>& reports, const RenderOptions& options) {
  std::string out;
  for (const ScanReport& report : reports) out += scan_as_text(report, options) + "\n";
  return out + summary_text(reports, options.width);
}

}  // namespace whittle
