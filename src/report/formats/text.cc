// The report on a terminal: verdict, table, changes, what else was seen, where things are, what to
// do next.
#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "report/formats/formats_list.h"
#include "report/formats/text_page.h"
#include "report/summary.h"
#include "report/text_layout.h"

namespace whittle {

namespace {

class TextReport : public TextPage {
 public:
  TextReport(const OptimizeReport& report, const RenderOptions& options)
      : TextPage(options), report_(report) {}

  std::string render() {
    add_headline();
    add_comparison();
    add_changes();
    add_slim();
    add_shown();
    add_config_differences();
    add_probe();
    if (options_.verbose) add_steps();
    add_list("Notes", report_.notes);
    add_files();
    add_next_steps();
    return std::move(out_);
  }

 private:
  void add_headline() {
    bool improved = report_.verdict == Verdict::Improved;
    for (const std::string& line : wrapped(headline(report_), width_)) {
      out_ += paint(line, Style::Bold) + "\n";
    }
    paragraph("", verdict_basis(report_), improved ? Style::Good : Style::Dim);
  }

  static Style style_of(Trend trend) {
    switch (trend) {
      case Trend::Better:
        return Style::Good;
      case Trend::Worse:
        return Style::Bad;
      case Trend::None:
      case Trend::Same:
        return Style::Plain;
    }
    return Style::Plain;
  }

  void add_comparison() {
    std::vector<std::string> columns = comparison_columns(report_);
    TextTable table;
    std::vector<TextTable::Cell> head = {{"", {}}};
    for (std::string& column : columns)
      head.push_back({columns.size() == 1 ? "measured" : std::move(column), Style::Dim});
    size_t third = columns.size() > 2 ? 10 : 0;  // columns for a third image
    if (columns.size() > 1 && width_ >= 58 + third) head.push_back({"change", Style::Dim});
    table.add_row(std::move(head));
    // Labels may hold a file name of any length: the numbers beside them need 48 columns. A narrow
    // terminal has no room for all of them.
    size_t narrow = third > 0 ? 12 : 18;
    size_t label_width = width_ > 68 + third ? width_ - (third > 0 ? 62 : 50) : narrow;
    for (const ComparisonRow& row : comparison_rows(report_)) {
      Style style = style_of(row.trend);
      std::vector<TextTable::Cell> cells = {{truncated(row.label, label_width), Style::Plain}};
      for (std::string& cell : comparison_cells(report_, row))
        cells.push_back({std::move(cell), Style::Plain});
      if (width_ >= 58 + third) cells.push_back({row.change, style});
      if (width_ >= 70 + third) cells.push_back({row.percent, style});
      table.add_row(std::move(cells));
    }
    out_ += "\n" + table.render(2, options_.color);
  }

  static Style style_of(ChangeStatus status) {
    switch (status) {
      case ChangeStatus::Applied:
        return Style::Good;
      case ChangeStatus::TakenBack:
        return Style::Caution;
      case ChangeStatus::Planned:
        return Style::Bold;
    }
    return Style::Plain;
  }

  static std::string_view word_of(ChangeStatus status) {
    return status == ChangeStatus::TakenBack ? "taken back" : to_text(status);
  }

  void add_source_line(uint32_t line, Range range) {
    std::string text = source_line(report_, range);
    if (text.empty()) return;
    std::string gutter = fmt::format("    {:>4} | ", line);
    out_ += paint(gutter + truncated(trim_left(text), width_ - gutter.size()), Style::Dim) + "\n";
  }

  void add_change(const ReportedChange& reported) {
    const Change& change = reported.change;
    std::string title = fmt::format("{}: {}", place_of(change), printable(change.title));
    std::string_view word = word_of(reported.status);
    size_t room = width_ > word.size() + 5 ? width_ - word.size() - 5 : 20;
    std::string lead = "  " + paint(pad_right(word, 10), style_of(reported.status)) + " ";
    std::string blanks(13, ' ');
    for (const std::string& line : wrapped(title, std::max<size_t>(room - 8, 24))) {
      out_ += lead + paint(line, Style::Bold) + "\n";
      lead = blanks;
    }
    if (change.id.line != 0) add_source_line(change.id.line, change.finding.range);
    paragraph("      ", printable(change.finding.message));
    std::string saving = saving_text(reported);
    std::string facts =
        fmt::format("{}, {}", to_text(change.applicability), printable(change.id.rule));
    if (!saving.empty()) facts = saving + "; " + facts;
    paragraph("      ", facts, Style::Dim);
    add_ignore_lines(change);
    add_reason(reported);
  }

  void add_ignore_lines(const Change& change) {
    if (!change.finding.fix) return;
    const std::vector<IgnoreLine>& lines = change.finding.fix->ignore_lines;
    size_t shown = options_.verbose ? lines.size() : std::min<size_t>(lines.size(), 8);
    size_t widest = 0;
    for (size_t i = 0; i < shown; ++i) {
      widest = std::max(widest, display_width(printable(lines[i].pattern)));
    }
    for (size_t i = 0; i < shown; ++i) {
      std::string pattern = pad_right(printable(lines[i].pattern), std::min<size_t>(widest, 40));
      out_ += fmt::format("      {}  {}, {}\n",
                          pattern,
                          count_of(lines[i].files, "file"),
                          format_bytes(lines[i].bytes));
    }
    if (shown < lines.size()) out_ += fmt::format("      and {} more\n", lines.size() - shown);
  }

  // The log lines of a change that was taken back, or a remark on one that held.
  void add_reason(const ReportedChange& reported) {
    if (reported.why.empty()) return;
    std::vector<std::string_view> lines = split_lines(trim_right(reported.why));
    size_t first = 0;
    if (!options_.verbose && lines.size() > kMaxLogLines) first = lines.size() - kMaxLogLines;
    if (first > 0) out_ += fmt::format("      [{} before]\n", count_of(first, "line"));
    for (size_t i = first; i < lines.size(); ++i) {
      std::string line = truncated(printable(trim_right(lines[i])), width_ - 8);
      out_ += "      " + paint("| ", Style::Caution) + line + "\n";
    }
  }

  void add_changes() {
    if (report_.changes.empty()) return;
    heading("Changes: " + count_changes(report_.changes));
    for (const ReportedChange* change : changes_by_weight(report_)) add_change(*change);
    if (report_.unattributed_bytes && *report_.unattributed_bytes != 0) {
      paragraph("  ",
                fmt::format("{} of the image belong to no single change.",
                            format_bytes_delta(-*report_.unattributed_bytes)),
                Style::Dim);
    }
  }

  void add_slim() {
    std::vector<std::string> texts = slim_twin_texts(report_);
    if (texts.empty()) return;
    heading("Slim, policy " + printable(report_.slim->wanted));
    for (const std::string& text : texts) {
      std::vector<std::string_view> lines = split_lines(text);
      paragraph("  ", printable(lines.front()));
      for (size_t i = 1; i < lines.size(); ++i) {
        out_ += "    " + paint("| ", Style::Caution) +
                truncated(printable(trim(lines[i])), width_ - 8) + "\n";
      }
    }
    if (report_.slim->is_result()) return;
    for (const CheckLine& check : report_.slim->probe.value_or(ProbeReport()).checks)
      add_check("slim", check);
  }

  void add_shown() {
    if (report_.shown.empty()) return;
    heading(fmt::format("Also found, not changed: {}", report_.shown.size()));
    size_t count =
        options_.verbose ? report_.shown.size() : std::min<size_t>(report_.shown.size(), kMaxShown);
    for (size_t i = 0; i < count; ++i) {
      const Finding& finding = report_.shown[i];
      uint32_t line = line_of(report_, finding);
      std::string place = line == 0 ? "context" : fmt::format("line {}", line);
      paragraph("  " + pad_right(place, 10) + " ", printable(finding.message));
      std::string rule = printable(finding.rule);
      bool is_unsafe = finding.fix && finding.fix->applicability == Applicability::Unsafe;
      std::string by = is_unsafe ? " (with --unsafe-rule " + rule + ")" : " (" + rule + ")";
      paragraph(std::string(13, ' '), advice(finding) + by, Style::Dim);
    }
    if (count < report_.shown.size()) {
      paragraph(
          "  ", fmt::format("and {} more: --verbose", report_.shown.size() - count), Style::Dim);
    }
  }

  void add_config_differences() {
    if (report_.config_differences.empty()) return;
    heading("The image's configuration is different");
    for (const std::string& line : report_.config_differences) paragraph("  ", printable(line));
  }

  void add_check(std::string_view side, const CheckLine& check) {
    std::string name = printable(check.name);
    if (!side.empty()) name = fmt::format("{}, {}", side, name);
    if (!check.observed.empty()) name += ": " + printable(check.observed);
    paragraph(
        check.passed ? "  passed  " : "  failed  ", name, check.passed ? Style::Plain : Style::Bad);
    if (check.passed) return;
    for (std::string_view line : split_lines(check.detail)) {
      out_ += "          | " + truncated(printable(line), width_ - 12) + "\n";
    }
  }

  void add_checks(std::string_view side, const std::optional<ProbeReport>& probe) {
    if (!probe) return;
    for (const CheckLine& check : probe->checks) add_check(side, check);
  }

  // Both sides of the probe say the same, as they should: one list is enough.
  bool is_same_probe() const {
    auto same = [](const CheckLine& a, const CheckLine& b) {
      return a.name == b.name && a.passed == b.passed && a.observed == b.observed;
    };
    return report_.probe_before && report_.probe_after &&
           std::equal(report_.probe_before->checks.begin(),
                      report_.probe_before->checks.end(),
                      report_.probe_after->checks.begin(),
                      report_.probe_after->checks.end(),
                      same);
  }

  void add_probe() {
    if (!report_.probe_before && !report_.probe_after) return;
    std::string title = report_.probe_is_automatic ? "Probe (automatic)" : "Probe";
    if (is_same_probe()) {
      heading(title + ", the same before and after");
      add_checks("", report_.probe_after);
    } else {
      heading(title);
      add_checks("before", report_.probe_before);
      add_checks("after", report_.probe_after);
    }
    if (report_.probe_before && report_.probe_after) {
      paragraph("  ",
                fmt::format("ready after {} before, {} after",
                            format_seconds(report_.probe_before->ready_seconds),
                            format_seconds(report_.probe_after->ready_seconds)),
                Style::Dim);
    }
  }

  void add_steps_of(std::string_view title, const SideMeasure& side) {
    if (side.steps.empty()) return;
    heading(title);
    TextTable table;
    for (const StepMeasure& step : side.steps) {
      std::string text = fmt::format("{:>4} | {}", step.line, printable(step.text));
      table.add_row({{truncated(text, width_ > 60 ? width_ - 30 : 30), Style::Plain},
                     {step.cached ? "cached" : format_seconds(step.seconds), Style::Plain},
                     {step.layer_bytes ? format_bytes(*step.layer_bytes) : "", Style::Plain}});
    }
    out_ += table.render(2, options_.color);
  }

  void add_steps() {
    add_steps_of("Steps before", report_.before);
    if (report_.after) add_steps_of("Steps after", *report_.after);
  }

  void add_list(std::string_view title, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    heading(title);
    for (const std::string& line : lines) paragraph("  ", printable(line));
  }

  void add_files() {
    if (report_.files.empty() && report_.result_image.empty()) return;
    heading("Written");
    for (const std::string& file : report_.files) out_ += "  " + printable(file) + "\n";
    if (!report_.result_image.empty()) {
      out_ += "  image " + printable(report_.result_image) + "\n";
    }
  }

  // Commands are never wrapped: they are there to be copied.
  void add_next_steps() {
    if (options_.next_steps.empty()) return;
    heading("Next");
    for (const std::string& step : options_.next_steps) out_ += "  " + printable(step) + "\n";
  }

  static constexpr size_t kMaxLogLines = 12;
  static constexpr size_t kMaxShown = 10;

  const OptimizeReport& report_;
};

}  // namespace

std::string optimize_as_text(const OptimizeReport& report, const RenderOptions& options) {
  return TextReport(report, options).render();
}

}  // namespace whittle
