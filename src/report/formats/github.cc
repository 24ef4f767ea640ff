// Workflow commands of GitHub Actions: each finding becomes an annotation of its lines.
#include <fmt/format.h>

#include "base/strings.h"
#include "report/formats/formats_list.h"
#include "report/lint_parts.h"
#include "report/utf8.h"

namespace whittle {

namespace {

constexpr SeverityWords kCommands = {"notice", "notice", "warning", "error"};

// The message of a command: the runner undoes these three.
std::string escaped_data(std::string_view text) {
  std::string out = replace_all(valid_utf8(text), "%", "%25");
  return replace_all(replace_all(out, "\r", "%0D"), "\n", "%0A");
}

// The value of a property: beside them what separates properties.
std::string escaped_property(std::string_view text) {
  return replace_all(replace_all(escaped_data(text), ":", "%3A"), ",", "%2C");
}

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
                       escaped_property(row.file->path),
                       place(row),
                       escaped_property(row.finding->rule),
                       escaped_data(message_with_help(*row.finding)));
  }
  return out;
}

}  // namespace whittle
