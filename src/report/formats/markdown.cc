// The report for a pull request: GitHub-flavoured Markdown. Foreign text is escaped, so that it can
// neither add markup nor mention people; logs and the patch stand in fences that they cannot close.
#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "report/formats/formats_list.h"
#include "report/formats/markdown_text.h"
#include "report/summary.h"

namespace whittle {

namespace {

std::string comparison(const OptimizeReport& report) {
  std::vector<std::string> columns = comparison_columns(report);
  bool is_compared = columns.size() > 1;
  std::string out = is_compared ? "| | " + join(columns, " | ") + " | change | |\n|---|"
                                : "| | measured |\n|---|";
  for (size_t i = 0; i < columns.size() + (is_compared ? 2 : 0); ++i) out += "--:|";
  out += "\n";
  for (const ComparisonRow& row : comparison_rows(report)) {
    out +=
        fmt::format("| {} | {} |", escaped(row.label), join(comparison_cells(report, row), " | "));
    if (is_compared) out += fmt::format(" {} | {} |", row.change, row.percent);
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

std::string slim(const OptimizeReport& report) {
  std::vector<std::string> texts = slim_twin_texts(report);
  if (texts.empty()) return "";
  std::string out = "### Slim, policy " + escaped(report.slim->wanted) + "\n\n";
  for (const std::string& text : texts) {
    size_t end = text.find('\n');
    out += "- " + markdown(text.substr(0, end)) + "\n";
    if (end != std::string::npos) out += "\n" + code_block(text.substr(end + 1), "text", "  ");
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
  if (report.slim) lines += checks("slim", report.slim->probe);
  if (lines.empty()) return "";
  return details(report.probe_is_automatic ? "Probe (automatic)" : "Probe", lines);
}

std::string steps_table(const SideMeasure& side) {
  std::string out = "| line | step | seconds | layer |\n|--:|---|--:|--:|\n";
  for (const StepMeasure& step : side.steps) {
    out += fmt::format("| {} | {} | {} | {} |\n",
                       step.line,
                       table_code(step.text),
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
  out += comparison(report) + changes(report) + slim(report);
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
