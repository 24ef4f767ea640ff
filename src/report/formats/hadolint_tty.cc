// hadolint's output for terminals: "Dockerfile:1 DL3006 warning: ...".
#include <fmt/format.h>

#include "base/strings.h"
#include "report/formats/formats_list.h"
#include "report/hadolint_parts.h"

namespace whittle {

namespace {

std::string level(const HadolintRow& row, bool color) {
  std::string_view word = to_text(row.severity);
  if (!color) return std::string(word);
  std::string_view code =
      word_for(row.severity, {"\x1b[96m", "\x1b[92m", "\x1b[1m\x1b[93m", "\x1b[1m\x1b[91m"});
  return fmt::format("{}{}\x1b[0m", code, word);
}

}  // namespace

std::string lint_as_hadolint_tty(const LintReport& report, const RenderOptions& options) {
  std::string out;
  for (const HadolintRow& row : hadolint_rows(report)) {
    std::string path = printable(row.read_from);
    std::string message = printable(replace_all(row.message, "\n", " "));
    if (row.is_parse_error) {
      // The blank is the line end of hadolint's parser message.
      out += fmt::format("{}:{}:{} {} \n", path, row.line, row.column, message);
    } else {
      out += fmt::format(
          "{}:{} {} {}: {}\n", path, row.line, row.code, level(row, options.color), message);
    }
  }
  return out;
}

}  // namespace whittle
