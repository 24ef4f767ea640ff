// COPY of everything, without an ignore file.
#include <algorithm>

#include "base/strings.h"
#include "lint/context_sources.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kDockerignoreMissing;

namespace {

// Files that systems and file managers leave behind: no program reads them.
constexpr std::string_view kLitter[] = {".DS_Store", "Thumbs.db", "desktop.ini", ".directory"};

// Lines for litter that the context holds, with what they keep out.
std::vector<IgnoreLine> litter_lines(const LintInput& input) {
  std::vector<IgnoreLine> lines;
  for (std::string_view name : kLitter) {
    IgnoreLine line{"**/" + std::string(name), 0, 0};
    for (const ContextFile& file : input.context->files) {
      if (file.type != ContextFileType::File || file.is_ignored) continue;
      if (std::string_view(file.path).substr(file.path.rfind('/') + 1) != name) continue;
      ++line.files;
      line.bytes += file.size_bytes;
    }
    if (line.files > 0) lines.push_back(std::move(line));
  }
  return lines;
}

bool copies_everything(const LintInput& input, size_t index) {
  std::vector<CopySource> sources = copy_sources(input, index);
  return std::any_of(sources.begin(), sources.end(), [](const CopySource& source) {
    return source.is_resolved && source_path(source).empty();
  });
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  if (input.context == nullptr || !trim(input.ignore_text).empty() ||
      !trim(input.context->ignore_text).empty())
    return;
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    if (!copies_everything(input, i)) continue;
    Finding finding =
        make_finding(kDockerignoreMissing,
                     input.file->instructions[i].range,
                     "Everything in the folder is copied, no ignore file leaves anything out",
                     "Write a `.dockerignore`");
    std::vector<IgnoreLine> lines = litter_lines(input);
    if (!lines.empty()) {
      finding.fix =
          make_fix("Begin an ignore file with what no program reads", Applicability::Safe, {});
      for (const IgnoreLine& line : lines) finding.fix->saving.paths.push_back(line.pattern);
      finding.fix->saving.kind = SavingKind::ContextFiles;
      finding.fix->ignore_lines = std::move(lines);
    }
    findings.push_back(std::move(finding));
    return;
  }
}

}  // namespace

const Rule kDockerignoreMissing = {
    {.name = "dockerignore-missing",
     .code = "WH3501",
     .aliases = "",
     .severity = Severity::Warning,
     .summary = "The whole context is copied and no ignore file says what to leave out",
     .why = "Without a `.dockerignore` a COPY of `.` takes whatever lies in the folder: history, "
            "credentials, dependencies of another system. Each change there makes the builder run "
            "all that follows again.",
     .bad = "FROM debian:bookworm\nCOPY . /app\n",
     .good = "FROM debian:bookworm\nCOPY app.conf /app/\n",
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
