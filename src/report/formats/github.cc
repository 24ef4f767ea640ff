// Workflow commands of GitHub Actions: each finding becomes an annotation of its lines.
#include <fmt/format.h>

#include "report/formats/formats_list.h"
#include "report/github_text.h"
#include "report/lint_parts.h"

namespace whittle {

namespace {

constexpr SeverityWords kCommands = {"notice", "notice", "warning", "error"};

std::string place(const LintRow& row) {
  if (!row.file->error.empty()) return "";
  ColumnRange span = visible_span_of(*row.file, row.finding->range, ColumnUnit::CodePoints);
  std::string lines = fmt::format(",line={},endLine={}", span.begin.line, span.end.line);
  // Columns of different lines are no range to GitHub.
  if (span.begin.line != span.end.line) return lines;
  return lines + fmt::format(",col={},endColumn={}", span.begin.column, span.end.column);
}

}  // namespace

std::string lint_as_github(const LintReport& report, const RenderOptions& /*options*/) {
  LintRows rows(report);
  std::string out;
  for (const LintRow& row : rows.rows()) {
    out += fmt::format("::{} file={}{},title={}::{}\n",
                       word_for(row.finding->severity, kCommands),
                       github_property(row.file->path),
                       place(row),
                       github_property(row.finding->rule),
                       github_data(message_with_help(*row.finding)));
  }
  return out;
}

}  // namespace whittle
