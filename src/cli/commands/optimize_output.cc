#include "cli/commands/optimize_output.h"

#include <fmt/format.h>

#include <algorithm>

#include "apply/apply.h"
#include "base/strings.h"
#include "report/formats/formats.h"

namespace whittle {

namespace {

constexpr std::string_view kPatchName = "changes.patch";

// Relative to the project. A plain ".dockerignore" is at its root, "NAME.dockerignore" beside the
// Dockerfile.
fs::path ignore_path(const OptimizeResult& result) {
  fs::path name = result.dockerignore_name;
  if (name.has_parent_path() || name == ".dockerignore") return name;
  return fs::path(result.report.dockerfile).parent_path() / name;
}

bool has_ignore_file(const OptimizeResult& result) {
  return result.had_dockerignore || !result.dockerignore_after.empty();
}

std::vector<OutputFile> result_files(const OptimizeResult& result) {
  std::vector<OutputFile> files;
  std::string dockerfile = fs::path(result.report.dockerfile).filename().string();
  files.push_back({dockerfile, result.dockerfile_after});
  if (has_ignore_file(result)) {
    files.push_back({ignore_path(result).filename().string(), result.dockerignore_after});
  }
  files.push_back({std::string(kPatchName), result.report.patch});
  return files;
}

std::vector<InPlaceFile> project_files(const OptimizeResult& result, const fs::path& project) {
  std::vector<InPlaceFile> files;
  if (result.dockerfile_after != result.dockerfile_before) {
    files.push_back({project / result.report.dockerfile,
                     result.dockerfile_before,
                     false,
                     result.dockerfile_after});
  }
  if (result.dockerignore_after != result.dockerignore_before) {
    files.push_back({project / ignore_path(result),
                     result.dockerignore_before,
                     !result.had_dockerignore,
                     result.dockerignore_after});
  }
  return files;
}

bool has_unsafe_left(const OptimizeReport& report) {
  return std::any_of(report.shown.begin(), report.shown.end(), [](const Finding& finding) {
    return finding.fix && finding.fix->applicability == Applicability::Unsafe;
  });
}

}  // namespace

Status write_results(OptimizeResult& result, const OptimizeSettings& settings) {
  OptimizeReport& report = result.report;
  report.files.clear();
  if (settings.in_place) {
    std::vector<InPlaceFile> replaced = project_files(result, settings.options.project);
    TRY(replace_in_place(replaced));
    for (const InPlaceFile& file : replaced) report.files.push_back(file.path.string());
  }
  std::vector<OutputFile> files = result_files(result);
  for (const OutputFile& file : files) {
    report.files.push_back((fs::path(settings.output) / file.name).string());
  }
  if (result.slim) {
    for (std::string_view name : {"json", "markdown"}) {
      const FormatInfo* format = find_format(name);
      files.push_back({fmt::format("slim.{}", format->extension), format->slim(*result.slim, {})});
      report.files.push_back((fs::path(settings.output) / files.back().name).string());
    }
  }
  for (std::string_view name : {"json", "markdown"}) {
    const FormatInfo* format = find_format(name);
    CHECK(format != nullptr);
    files.push_back({fmt::format("report.{}", format->extension), ""});
    report.files.push_back((fs::path(settings.output) / files.back().name).string());
  }
  // The reports name all the files, so they are rendered when the list is whole.
  files[files.size() - 2].bytes = find_format("json")->optimize(report, {});
  files[files.size() - 1].bytes = find_format("markdown")->optimize(report, {});
  TRY_ASSIGN([[maybe_unused]] auto paths, write_outputs(settings.options.output, files));
  return {};
}

std::vector<std::string> next_steps(const OptimizeResult& result,
                                    const OptimizeSettings& settings) {
  std::vector<std::string> steps;
  const OptimizeReport& report = result.report;
  std::string project = shell_quote(settings.options.project.string());
  std::string patch = shell_quote((fs::path(settings.output) / kPatchName).string());
  if (!report.patch.empty() && !settings.in_place && !report.files.empty()) {
    steps.push_back(fmt::format("take the changes:  patch -d {} -p1 < {}", project, patch));
  }
  if (!report.patch.empty() && settings.in_place) {
    steps.push_back(fmt::format("undo the changes:  patch -R -d {} -p1 < {}", project, patch));
  }
  if (report.verdict == Verdict::Planned && !report.changes.empty()) {
    steps.push_back("measure the plan:  the same command without --dry-run");
  }
  if (!report.result_image.empty() && (report.engine == "docker" || report.engine == "podman")) {
    steps.push_back(fmt::format(
        "try the result:    {} run --rm {}", report.engine, shell_quote(report.result_image)));
  }
  if (has_unsafe_left(report)) {
    steps.push_back("go further:        again with --unsafe, or --unsafe-rule NAME for one rule");
  }
  return steps;
}

}  // namespace whittle
