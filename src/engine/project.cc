#include "engine/project.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "dockerfile/parser.h"

namespace whittle {

namespace {

constexpr size_t kShownProblems = 5;

Result<std::string> find_dockerfile(const fs::path& root, const std::string& asked) {
  if (!asked.empty()) {
    std::string clean = clean_path(asked);
    if (fs::path(asked).is_absolute()) clean = fs::path(asked).lexically_relative(root).string();
    if (clean.empty() || clean == ".." || clean.starts_with("../")) {
      return Error(ErrorKind::Usage, fmt::format("{} is outside of the project", printable(asked)))
          .hint("Name the folder that is the build context, and the Dockerfile relative to it");
    }
    if (!fs::is_regular_file(root / clean)) {
      return Error(ErrorKind::NotFound,
                   fmt::format("there is no {} in {}", printable(clean), root.string()))
          .hint("Give the path relative to the project with --file");
    }
    return clean;
  }
  for (const char* name : {"Dockerfile", "Containerfile"}) {
    std::error_code ignored;
    if (fs::is_regular_file(root / name, ignored)) return std::string(name);
  }
  return Error(ErrorKind::NotFound,
               fmt::format("there is no Dockerfile in {}", printable(root.string())))
      .hint("Name it with --file PATH, relative to the project");
}

Error parse_error(const Dockerfile& file) {
  std::string message;
  size_t count = 0;
  for (const ParseProblem& problem : file.problems) {
    if (problem.kind != ProblemKind::Error) continue;
    if (++count > kShownProblems) continue;
    Position at = file.lines.position(problem.range.begin);
    if (!message.empty()) message += "\n  ";
    message +=
        fmt::format("{}:{}:{}: {}", file.name, at.line, at.column, printable(problem.message));
  }
  if (count > kShownProblems) message += fmt::format("\n  and {} more", count - kShownProblems);
  return Error(ErrorKind::Invalid, message)
      .hint("Mend the Dockerfile until it builds; nothing was changed");
}

// The output folder relative to the project, "" when it lies elsewhere.
std::string output_inside(const fs::path& root, const fs::path& output) {
  if (output.empty()) return "";
  std::string relative =
      fs::weakly_canonical(fs::absolute(output)).lexically_relative(root).string();
  bool inside =
      !relative.empty() && relative != "." && relative != ".." && !relative.starts_with("../");
  return inside ? relative : "";
}

}  // namespace

Result<Project> open_project(const OptimizeOptions& options, const CancelToken& cancel) {
  Project project;
  std::error_code error;
  project.root = fs::canonical(options.project, error);
  if (error || !fs::is_directory(project.root)) {
    return Error(ErrorKind::NotFound,
                 fmt::format("{} is not a folder", printable(options.project.string())))
        .hint("Name the folder that holds the Dockerfile and the files it copies");
  }
  project.name = project.root.filename().string();
  if (project.name.empty()) project.name = "image";
  TRY_ASSIGN(project.dockerfile_name, find_dockerfile(project.root, options.dockerfile));
  TRY_ASSIGN(
      std::string text,
      read_file(project.root / project.dockerfile_name, options.limits.max_dockerfile_bytes));
  TRY_ASSIGN(project.file,
             parse_dockerfile(std::move(text), project.dockerfile_name, options.limits));
  if (project.file.has_errors()) return parse_error(project.file);
  project.evaluation = evaluate(project.file, options.build_args);
  ContextOptions context_options;
  context_options.dockerfile = project.dockerfile_name;
  project.output_inside = output_inside(project.root, options.output);
  if (!project.output_inside.empty()) context_options.exclude.push_back(project.output_inside);
  TRY_ASSIGN(project.context, read_context(project.root, context_options, options.limits, cancel));
  project.had_ignore = !project.context.ignore_file.empty();
  project.ignore_name = project.had_ignore ? project.context.ignore_file : ".dockerignore";
  return project;
}

void ignore_output(const Project& project, const Limits& limits, Plan& plan) {
  const std::string& folder = project.output_inside;
  bool is_plain = !folder.empty() && folder.find_first_of("*?[]\\!#\n") == std::string::npos;
  if (!plan.changes_dockerignore || !is_plain) return;
  Result<std::vector<IgnorePattern>> patterns = parse_ignore_file(plan.dockerignore, limits);
  if (!patterns.ok()) return;
  Result<IgnoreMatcher> matcher = IgnoreMatcher::make(std::move(patterns).value());
  if (!matcher.ok() || matcher->is_ignored(folder)) return;
  bool is_crlf = contains(plan.dockerignore, "\r\n");
  plan.dockerignore += folder + (is_crlf ? "\r\n" : "\n");
}

Result<BuildContext> planned_context(const Project& project,
                                     const Plan& plan,
                                     const Limits& limits) {
  BuildContext context = project.context;
  for (ContextFile& file : context.files) {
    if (plan.changes_dockerfile && file.path == project.dockerfile_name)
      file.size_bytes = plan.dockerfile.size();
  }
  if (!plan.changes_dockerignore) return context;
  return with_ignore(context, plan.dockerignore, limits);
}

}  // namespace whittle
