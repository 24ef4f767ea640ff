// The table of output formats.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/analysis_report.h"
#include "model/lint_report.h"
#include "model/scan_diff.h"
#include "model/scan_report.h"
#include "model/slim_report.h"
#include "report/report.h"

namespace whittle {

// One row a format.
struct FormatInfo {
  std::string_view name;       // "json"
  std::string_view extension;  // "json"
  std::string_view what;       // one line for the help
  // A report it has no form for is null.
  std::string (*optimize)(const OptimizeReport& report, const RenderOptions& options) = nullptr;
  std::string (*analyze)(const AnalyzeReport& report, const RenderOptions& options) = nullptr;
  std::string (*diff)(const DiffReport& report, const RenderOptions& options) = nullptr;
  std::string (*lint)(const LintReport& report, const RenderOptions& options) = nullptr;
  std::string (*sbom)(const SbomReport& report, const RenderOptions& options) = nullptr;
  std::string (*scan)(const ScanReport& report, const RenderOptions& options) = nullptr;
  // Of several images; null for a form that holds one only.
  std::string (*scans)(const std::vector<ScanReport>& reports,
                       const RenderOptions& options) = nullptr;
  std::string (*slim)(const SlimReport& report, const RenderOptions& options) = nullptr;
  std::string (*scan_diff)(const ScanDiff& diff, const RenderOptions& options) = nullptr;
};

const std::vector<FormatInfo>& format_table();
const FormatInfo* find_format(std::string_view name);  // null if there is none

// Names of the formats that have a form for a report: format_names(&FormatInfo::diff).
template <typename Render>
std::vector<std::string> format_names(Render FormatInfo::*report) {
  std::vector<std::string> names;
  for (const FormatInfo& info : format_table()) {
    if (info.*report != nullptr) names.emplace_back(info.name);
  }
  return names;
}

}  // namespace whittle
