// Findings of lint for people: the source with carets under what is wrong, the help, the fix, and
// a summary in the last line.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "report/formats/formats_list.h"
#include "report/lint_parts.h"
#include "report/lint_summary.h"
#include "report/source_excerpt.h"
#include "report/text_layout.h"

namespace whittle {

namespace {

Style style_of(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return Style::Bad;
    case Severity::Warning:
      return Style::Caution;
    case Severity::Info:
      return Style::Good;
    case Severity::Style:
      return Style::Heading;
  }
  return Style::Plain;
}

class Page {
 public:
  explicit Page(const RenderOptions& options) : options_(options) {}

  std::string render(const LintReport& report) {
    LintRows rows(report);
    for (const LintRow& row : rows.rows()) {
      add_head(row);
      if (row.file->error.empty()) add_body(row);
    }
    for (const LintedFile& file : report.files) add_applied(file);
    add_summary(lint_summary(report));
    return std::move(out_);
  }

 private:
  std::string paint(std::string_view text, Style style) const {
    return styled(text, style, options_.color);
  }

  // The line that editors and terminals make a link of.
  void add_head(const LintRow& row) {
    const Finding& finding = *row.finding;
    std::string place = printable(row.file->path);
    if (row.file->error.empty()) {
      ColumnRange span = span_of(*row.file, finding.range, ColumnUnit::CodePoints);
      place += fmt::format(":{}:{}", span.begin.line, span.begin.column);
    }
    out_ += fmt::format("{}: {}: {} {}\n",
                        paint(place, Style::Bold),
                        paint(to_text(finding.severity), style_of(finding.severity)),
                        printable(finding.message),
                        paint("[" + printable(finding.rule) + "]", Style::Dim));
  }

  void add_note(size_t margin, std::string_view what, std::string_view text) {
    std::string head = std::string(margin, ' ') + " = " + std::string(what) + ": ";
    std::string lines = indented(head, printable(text), std::max(options_.width, 40U));
    out_ += replace_all(
        lines, head, std::string(margin, ' ') + " = " + paint(what, Style::Bold) + ": ");
  }

  void add_body(const LintRow& row) {
    const Finding& finding = *row.finding;
    const LintedFile& file = *row.file;
    // What is about the build context stands on no line.
    if (finding.range != Range{}) {
      out_ += source_excerpt(
          file.text, file.lines, finding.range, style_of(finding.severity), options_);
    }
    ColumnRange span = span_of(file, finding.range, ColumnUnit::Bytes);
    size_t margin = std::to_string(span.end.line).size();
    if (!finding.help.empty()) add_note(margin, "help", finding.help);
    if (options_.verbose && !row.rule->why.empty()) add_note(margin, "why", row.rule->why);
    std::vector<std::string> facts;
    for (const Evidence& fact : finding.evidence) facts.push_back(fact.name + " " + fact.value);
    if (!facts.empty()) add_note(margin, "evidence", join(facts, ", "));
    if (finding.expected_saving_bytes) {
      add_note(margin, "saves", format_bytes(*finding.expected_saving_bytes));
    }
    if (finding.fix) add_fix(margin, *finding.fix, finding.help);
    out_ += "\n";
  }

  void add_fix(size_t margin, const Fix& fix, const std::string& help) {
    std::string what = fmt::format("{} fix", to_text(fix.applicability));
    add_note(margin, what, fix.title == help ? how_to_apply(fix.applicability) : fix.title);
  }

  static std::string how_to_apply(Applicability applicability) {
    switch (applicability) {
      case Applicability::Safe:
        return "`--fix` does it";
      case Applicability::Unsafe:
        return "`--unsafe-fixes` does it";
      case Applicability::Shown:
        return "by hand";
    }
    return "";
  }

  void add_applied(const LintedFile& file) {
    for (const AppliedFix& fix : file.applied) {
      std::string place = printable(file.path);
      if (fix.line > 0) place += ":" + std::to_string(fix.line);
      out_ += fmt::format("{}: {}: {} {}\n",
                          paint(place, Style::Bold),
                          paint("fixed", Style::Good),
                          printable(fix.title),
                          paint("[" + printable(fix.rule) + "]", Style::Dim));
    }
  }

  void add_summary(const LintSummary& summary) {
    std::string files = count_of(summary.files, "file");
    if (summary.findings() == 0) {
      out_ += paint("No findings in " + files, Style::Good);
    } else {
      out_ += fmt::format(
          "{} in {}", paint(count_of(summary.findings(), "finding"), Style::Bold), files);
      out_ += ": " + severities(summary);
    }
    if (summary.applied > 0) out_ += "; " + std::to_string(summary.applied) + " fixed";
    if (summary.suppressed > 0) out_ += "; " + std::to_string(summary.suppressed) + " suppressed";
    out_ += "\n";
    add_fixable(summary);
  }

  static std::string severities(const LintSummary& summary) {
    std::vector<std::string> parts;
    for (Severity severity :
         {Severity::Error, Severity::Warning, Severity::Info, Severity::Style}) {
      uint64_t count = summary.by_severity[static_cast<size_t>(severity)];
      if (count == 0) continue;
      // "2 info" and "2 style": not things to count.
      bool is_countable = severity == Severity::Error || severity == Severity::Warning;
      parts.push_back(is_countable ? count_of(count, to_text(severity))
                                   : fmt::format("{} {}", count, to_text(severity)));
    }
    return join(parts, ", ");
  }

  void add_fixable(const LintSummary& summary) {
    std::vector<std::string> parts;
    if (summary.safe_fixes > 0) parts.push_back(fmt::format("{} with --fix", summary.safe_fixes));
    if (summary.unsafe_fixes > 0) {
      parts.push_back(fmt::format(
          "{}{} with --unsafe-fixes", summary.unsafe_fixes, summary.safe_fixes > 0 ? " more" : ""));
    }
    if (!parts.empty()) out_ += "Can be fixed: " + join(parts, ", ") + "\n";
  }

  const RenderOptions& options_;
  std::string out_;
};

}  // namespace

std::string lint_as_text(const LintReport& report, const RenderOptions& options) {
  return Page(options).render(report);
}

}  // namespace whittle
