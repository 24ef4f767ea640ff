// Lines of fields: the tables among the feeds.
#pragma once

#include <string_view>
#include <vector>

#include "base/strings.h"

namespace whittle {

// Calls take(fields) for every line that begins with "CVE-" and has at least `least` fields.
template <typename Take>
void for_each_cve_line(std::string_view document, char separator, size_t least, Take take) {
  while (!document.empty()) {
    size_t end = document.find('\n');
    std::string_view line = trim_right(document.substr(0, end));
    document = end == std::string_view::npos ? std::string_view() : document.substr(end + 1);
    if (!line.starts_with("CVE-")) continue;
    std::vector<std::string_view> fields = split(line, separator);
    if (fields.size() >= least) take(fields);
  }
}

// The fields of the first line that begins with "CVE-".
inline std::vector<std::string_view> first_cve_line(std::string_view document, char separator) {
  std::vector<std::string_view> first;
  for_each_cve_line(document.substr(0, 4096), separator, 1, [&](const auto& fields) {
    if (first.empty()) first = fields;
  });
  return first;
}

}  // namespace whittle
