#include "report/formats/formats.h"

#include "report/formats/formats_list.h"

namespace whittle {

const std::vector<FormatInfo>& format_table() {
  static const std::vector<FormatInfo> table = {
      {"text",
       "txt",
       "for people, on a terminal",
       optimize_as_text,
       analyze_as_text,
       diff_as_text,
       lint_as_text},
      {"json",
       "json",
       "for programs; docs/json-schema describes it",
       optimize_as_json,
       analyze_as_json,
       diff_as_json,
       lint_as_json},
      {"csv", "csv", "rows for a spreadsheet", nullptr, analyze_as_csv, diff_as_csv},
      {"html", "html", "one page to look around in", nullptr, analyze_as_html, nullptr},
      {"markdown",
       "md",
       "for a pull request or a wiki",
       optimize_as_markdown,
       analyze_as_markdown,
       diff_as_markdown},
      {"dive-json", "json", "what dive's export holds", nullptr, analyze_as_dive_json, nullptr},
  };
  return table;
}

const FormatInfo* find_format(std::string_view name) {
  for (const FormatInfo& info : format_table()) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

}  // namespace whittle
