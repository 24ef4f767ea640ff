// The table of output formats.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/report.h"

namespace whittle {

// One row a format.
struct FormatInfo {
  std::string_view name;       // "json"
  std::string_view extension;  // "json"
  std::string_view what;       // one line for the help
  std::string (*optimize)(const OptimizeReport& report, const RenderOptions& options);
};

const std::vector<FormatInfo>& format_table();
const FormatInfo* find_format(std::string_view name);  // null if there is none

}  // namespace whittle
