// The report for a pull request: GitHub-flavoured Markdown. Foreign text is escaped, so that it can
// neither add markup nor mention people; logs and the patch stand in fences that they cannot close.
#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "report/formats/formats_list.h"
#include "report/summary.h"

namespace whittle {

namespace {

// Text outside of code spans.
std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '@') {
      out += "&#64;";
    } else {
      if (std::string_view("\\`*_[]|#~>").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

// House style puts names between backticks: such spans stay code, everything else is escaped.
std::string markdown(std::string_view foreign) {
  std::string safe = printable(foreign);
  std::vector<std::string_view> parts = split(safe, '`');
  if (parts.size() % 2 == 0) return escaped(safe);
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i % 2 == 0) {
      out += escaped(parts[i]);
    } else if (trim(parts[i]).empty()) {
      return escaped(safe);
    } else {
      out += "`" + std::string(parts[i]) + "`";
    }
  }
  return out;
}

// A code span around any text: the fence is longer than every run of backticks inside.
std::string fence_for(std::string_view text, size_t shortest) {
  size_t longest = 0;
  size_t run = 0;
  for (char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return std::string(std::max(shortest, longest + 1), '`');
}

std::string code(std::string_view foreign) {
  std::string safe = printable(foreign);
  if (safe.empty()) return "";
  std::string fence = fence_for(safe, 1);
  std::string blank = safe.front() == '`' || safe.back() == '`' ? " " : "";
  return fence + blank + safe + blank + fence;
}

std::string code_block(std::string_view text, std::string_view language, std::string_view indent) {
  std::string safe;
  for (std::string_view line : split_lines(text)) {
    // Tabs are harmless here and belong to the text.
    for (size_t i = 0; std::string_view part : split(line, '\t')) {
      safe += (i++ == 0 ? std::string(indent) : "\t") + printable(part);
    }
    safe += "\n";
  }
  std::string fence = fence_for(safe, 3);
  return fmt::format("{0}{1}{2}\n{3}{0}{1}\n", indent, fence, language, safe);
}

std::string details(std::string_view summary, std::string_view body) {
  return fmt::format("<details><summary>{}</summary>\n\n{}\n</details>\n\n", summary, body);
}

std::string comparison(const OptimizeReport& report) {
  bool both = report.after.has_value();
  std::string out = both ? "| | before | after | change | |\n|---|--:|--:|--:|--:|\n"
                         : "| | measured |\n|---|--:|\n";
  for (const ComparisonRow& row : comparison_rows(report)) {
    out += fmt::format("| {} | {} |", escaped(row.label), row.before);
    if (both) out += fmt::format(" {} | {} | {} |", row.after, row.change, row.percent);
    out += "\n";
  }
  return out + "\n";
}

std::string ignore_lines(const Change& change) {
  std::string out;
  if (!change.finding.fix) return out;
  for (const IgnoreLine& line : change.finding.fix->ignore_lines) {
    out += fmt::format("  - {}: {}, {}\n",
                       code(line.pattern),
                       count_of(line.files, "file"),
                       format_bytes(line.bytes));
  }
  return out;
}

std::string change_item(const ReportedChange& reported) {
  const Change& change = reported.change;
  std::string out = fmt::format("- **{}** ({}", markdown(change.title), place_of(change));
  if (reported.status == ChangeStatus::TakenBack) out += ", taken back";
  out += fmt::format(
      ", {})  \n  {}.", to_text(change.applicability), markdown(change.finding.message));
  std::string saving = saving_text(reported);
  if (!saving.empty()) out += " " + escaped(saving) + ".";
  out += fmt::format(" {}\n", code(change.id.rule)) + ignore_lines(change);
  if (!reported.why.empty()) out += "\n" + code_block(reported.why, "text", "  ");
  return out;
}

std::string changes(const OptimizeReport& report) {
  if (report.changes.empty()) return "";
  std::string out = "### Changes: " + count_changes(report.changes) + "\n\n";
  for (const ReportedChange* change : changes_by_weight(report)) out += change_item(*change);
  if (report.unattributed_bytes && *report.unattributed_bytes != 0) {
    out += fmt::format("\n{} of the image belong to no single change.\n",
                       format_bytes_delta(-*report.unattributed_bytes));
  }
  return out + "\n";
}

std::string shown(const OptimizeReport& report) {
  if (report.shown.empty()) return "";
  std::string out;
  for (const Finding& finding : report.shown) {
    uint32_t line = line_of(report, finding);
    out += fmt::format("- {}: {}. {}. {}\n",
                       line == 0 ? "context" : fmt::format("line {}", line),
                       markdown(finding.message),
                       markdown(advice(finding)),
                       code(finding.rule));
  }
  return details(fmt::format("Also found, not changed: {}", report.shown.size()), out);
}

std::string bullets(std::string_view title, const std::vector<std::string>& lines) {
  if (lines.empty()) return "";
  std::string out = fmt::format("### {}\n\n", title);
  for (const std::string& line : lines) out += "- " + markdown(line) + "\n";
  return out + "\n";
}

std::string checks(std::string_view side, const std::optional<ProbeReport>& probe) {
  std::string out;
  if (!probe) return out;
  for (const CheckLine& check : probe->checks) {
    out +=
        fmt::format("- {} {}, {}", check.passed ? "passed" : "**failed**", side, code(check.name));
    if (!check.observed.empty()) out += ": " + markdown(check.observed);
    out += "\n";
    if (!check.passed && !check.detail.empty())
      out += "\n" + code_block(check.detail, "text", "  ");
  }
  return out;
}

std::string probe(const OptimizeReport& report) {
  std::string lines = checks("before", report.probe_before) + checks("after", report.probe_after);
  if (lines.empty()) return "";
  return details(report.probe_is_automatic ? "Probe (automatic)" : "Probe", lines);
}

std::string steps_table(const SideMeasure& side) {
  std::string out = "| line | step | seconds | layer |\n|--:|---|--:|--:|\n";
  for (const StepMeasure& step : side.steps) {
    // In a table a pipe ends the cell, in code too.
    out += fmt::format("| {} | {} | {} | {} |\n",
                       step.line,
                       replace_all(code(step.text), "|", "\\|"),
                       step.cached ? "cached" : fmt::format("{:.2f}", step.seconds),
                       step.layer_bytes ? format_bytes(*step.layer_bytes) : "");
  }
  return out;
}

std::string steps(const OptimizeReport& report) {
  std::string out;
  if (!report.before.steps.empty()) out += details("Steps before", steps_table(report.before));
  if (report.after && !report.after->steps.empty()) {
    out += details("Steps after", steps_table(*report.after));
  }
  return out;
}

}  // namespace

std::string optimize_as_markdown(const OptimizeReport& report, const RenderOptions& /*options*/) {
  std::string out =
      "## " + escaped(headline(report)) + "\n\n" + escaped(verdict_basis(report)) + "\n\n";
  out += comparison(report) + changes(report);
  out += bullets("The image's configuration is different", report.config_differences);
  out += bullets("Notes", report.notes);
  out += shown(report) + probe(report) + steps(report);
  if (!report.patch.empty()) out += details("Patch", code_block(report.patch, "diff", ""));
  out += fmt::format("Made by whittle {} from {} with {}.\n",
                     WHITTLE_VERSION,
                     code(report.dockerfile),
                     report.engine_description.empty() ? std::string("no engine")
                                                       : markdown(report.engine_description));
  return out;
}

}  // namespace whittle
