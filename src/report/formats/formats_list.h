// The rendering functions that the rows of the table point to.
#pragma once

#include <string>

#include "model/analysis_report.h"
#include "model/lint_report.h"
#include "report/report.h"

namespace whittle {

std::string optimize_as_text(const OptimizeReport& report, const RenderOptions& options);
std::string optimize_as_json(const OptimizeReport& report, const RenderOptions& options);
std::string optimize_as_markdown(const OptimizeReport& report, const RenderOptions& options);

std::string analyze_as_text(const AnalyzeReport& report, const RenderOptions& options);
std::string analyze_as_json(const AnalyzeReport& report, const RenderOptions& options);
std::string analyze_as_csv(const AnalyzeReport& report, const RenderOptions& options);
std::string analyze_as_html(const AnalyzeReport& report, const RenderOptions& options);
std::string analyze_as_markdown(const AnalyzeReport& report, const RenderOptions& options);
std::string analyze_as_dive_json(const AnalyzeReport& report, const RenderOptions& options);

std::string diff_as_text(const DiffReport& report, const RenderOptions& options);
std::string diff_as_json(const DiffReport& report, const RenderOptions& options);
std::string diff_as_csv(const DiffReport& report, const RenderOptions& options);
std::string diff_as_markdown(const DiffReport& report, const RenderOptions& options);

std::string lint_as_text(const LintReport& report, const RenderOptions& options);
std::string lint_as_json(const LintReport& report, const RenderOptions& options);

}  // namespace whittle
