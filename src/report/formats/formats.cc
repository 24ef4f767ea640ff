#include "report/formats/formats.h"

#include "report/formats/formats_list.h"

namespace whittle {

const std::vector<FormatInfo>& format_table() {
  static const std::vector<FormatInfo> table = {
      {"text", "txt", "for people, on a terminal", optimize_as_text, nullptr, nullptr},
      {"json",
       "json",
       "for programs; docs/json-schema describes it",
       optimize_as_json,
       nullptr,
       nullptr},
      {"markdown", "md", "for a pull request or a wiki", optimize_as_markdown, nullptr, nullptr},
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
