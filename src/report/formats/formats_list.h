// The rendering functions that the rows of the table point to.
#pragma once

#include <string>
#include <vector>

#include "model/analysis_report.h"
#include "model/lint_report.h"
#include "model/scan_diff.h"
#include "model/scan_report.h"
#include "model/slim_report.h"
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

std::string sbom_as_table(const SbomReport& report, const RenderOptions& options);
std::string sbom_as_json(const SbomReport& report, const RenderOptions& options);
std::string sbom_as_cyclonedx(const SbomReport& report, const RenderOptions& options);
std::string sbom_as_spdx(const SbomReport& report, const RenderOptions& options);

std::string scan_as_text(const ScanReport& report, const RenderOptions& options);
std::string scan_as_json(const ScanReport& report, const RenderOptions& options);
std::string scan_as_markdown(const ScanReport& report, const RenderOptions& options);
std::string scan_as_html(const ScanReport& report, const RenderOptions& options);
std::string scan_as_sarif(const ScanReport& report, const RenderOptions& options);
std::string scan_as_github(const ScanReport& report, const RenderOptions& options);
std::string scan_as_gitlab(const ScanReport& report, const RenderOptions& options);
std::string scan_as_junit(const ScanReport& report, const RenderOptions& options);
std::string scan_as_cyclonedx(const ScanReport& report, const RenderOptions& options);
std::string scan_as_openvex(const ScanReport& report, const RenderOptions& options);
std::string scan_as_csaf(const ScanReport& report, const RenderOptions& options);
std::string scan_as_trivy_json(const ScanReport& report, const RenderOptions& options);

std::string scans_as_text(const std::vector<ScanReport>& reports, const RenderOptions& options);
std::string scans_as_json(const std::vector<ScanReport>& reports, const RenderOptions& options);
std::string scans_as_markdown(const std::vector<ScanReport>& reports, const RenderOptions& options);
std::string scan_diff_as_text(const ScanDiff& diff, const RenderOptions& options);
std::string scan_diff_as_json(const ScanDiff& diff, const RenderOptions& options);
std::string scan_diff_as_markdown(const ScanDiff& diff, const RenderOptions& options);
std::string scans_as_sarif(const std::vector<ScanReport>& reports, const RenderOptions& options);
std::string scans_as_github(const std::vector<ScanReport>& reports, const RenderOptions& options);
std::string scans_as_junit(const std::vector<ScanReport>& reports, const RenderOptions& options);
std::string slim_as_text(const SlimReport& report, const RenderOptions& options);
std::string slim_as_openvex(const SlimReport& report, const RenderOptions& options);
std::string slim_as_html(const SlimReport& report, const RenderOptions& options);
std::string slim_as_json(const SlimReport& report, const RenderOptions& options);
std::string slim_as_markdown(const SlimReport& report, const RenderOptions& options);

std::string lint_as_text(const LintReport& report, const RenderOptions& options);
std::string lint_as_json(const LintReport& report, const RenderOptions& options);
std::string lint_as_sarif(const LintReport& report, const RenderOptions& options);
std::string lint_as_github(const LintReport& report, const RenderOptions& options);
std::string lint_as_gitlab(const LintReport& report, const RenderOptions& options);
std::string lint_as_codeclimate(const LintReport& report, const RenderOptions& options);
std::string lint_as_codacy(const LintReport& report, const RenderOptions& options);
std::string lint_as_gnu(const LintReport& report, const RenderOptions& options);
std::string lint_as_checkstyle(const LintReport& report, const RenderOptions& options);
std::string lint_as_junit(const LintReport& report, const RenderOptions& options);
std::string lint_as_sonarqube(const LintReport& report, const RenderOptions& options);
std::string lint_as_rdjson(const LintReport& report, const RenderOptions& options);
std::string lint_as_rdjsonl(const LintReport& report, const RenderOptions& options);

std::string lint_as_hadolint_tty(const LintReport& report, const RenderOptions& options);
std::string lint_as_hadolint_json(const LintReport& report, const RenderOptions& options);
std::string lint_as_hadolint_checkstyle(const LintReport& report, const RenderOptions& options);
std::string lint_as_hadolint_codeclimate(const LintReport& report, const RenderOptions& options);
std::string lint_as_hadolint_gitlab_codeclimate(const LintReport& report,
                                                const RenderOptions& options);
std::string lint_as_hadolint_gnu(const LintReport& report, const RenderOptions& options);
std::string lint_as_hadolint_codacy(const LintReport& report, const RenderOptions& options);
std::string lint_as_hadolint_sonarqube(const LintReport& report, const RenderOptions& options);
std::string lint_as_hadolint_sarif(const LintReport& report, const RenderOptions& options);
std::string lint_as_hadolint_junit(const LintReport& report, const RenderOptions& options);

}  // namespace whittle
