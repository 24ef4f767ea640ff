// Messages as compilers give them (GNU Coding Standards, Formatting Error Messages); editors and
// build servers read them. Columns count characters, the end is the last one.
#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "report/formats/formats_list.h"
#include "report/lint_parts.h"

namespace whittle {

namespace {

std::string place(const LintRow& row) {
  if (!row.file->error.empty()) return "";
  ColumnRange span = visible_span_of(*row.file, row.finding->range, ColumnUnit::CodePoints);
  uint32_t last = std::max(span.end.column, 2U) - 1;
  if (span.begin.line != span.end.line) {
    return fmt::format(":{}.{}-{}.{}", span.begin.line, span.begin.column, span.end.line, last);
  }
  if (last <= span.begin.column) return fmt::format(":{}:{}", span.begin.line, span.begin.column);
  return fmt::format(":{}.{}-{}", span.begin.line, span.begin.column, last);
}

}  // namespace

std::string lint_as_gnu(const LintReport& report, const RenderOptions& /*options*/) {
  LintRows rows(report);
  std::string out;
  for (const LintRow& row : rows.rows()) {
    out += fmt::format("whittle:{}{}: {}: {} [{}]\n",
                       printable(row.file->path),
                       place(row),
                       to_text(row.finding->severity),
                       printable(row.finding->message),
                       printable(row.finding->rule));
  }
  return out;
}

}  // namespace whittle
