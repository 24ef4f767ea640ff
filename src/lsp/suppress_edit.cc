#include "lsp/suppress_edit.h"

#include <algorithm>
#include <string>

#include "base/strings.h"
#include "lint/policy.h"

namespace whittle {

namespace {

constexpr std::string_view kReason = " -- reason";

const Instruction* instruction_of(const Dockerfile& file, uint32_t offset) {
  for (const Instruction& instruction : file.instructions) {
    if (instruction.range.begin <= offset && offset < instruction.range.end) return &instruction;
  }
  return nullptr;
}

bool is_in_heredoc(const Instruction& instruction, uint32_t offset) {
  return std::any_of(
      instruction.heredocs.begin(), instruction.heredocs.end(), [&](const Heredoc& heredoc) {
        return heredoc.body.begin <= offset && offset < heredoc.terminator.end;
      });
}

// A comment above such a line speaks of the next one that is none.
bool is_blank_line(const Dockerfile& file, uint32_t line) {
  Range range{file.lines.line_begin(line), file.lines.line_begin(line + 1)};
  return trim(file.text(range)).empty();
}

// Where a line begins that can have a comment above it, and what it is indented by.
Edit comment_above(const Dockerfile& file, uint32_t line, const std::string& comment) {
  uint32_t begin = file.lines.line_begin(line);
  std::string_view rest = std::string_view(file.source).substr(begin);
  // A byte order mark stays the first thing of the file.
  constexpr std::string_view kBom = "\xEF\xBB\xBF";
  if (begin == 0 && rest.starts_with(kBom)) {
    begin += static_cast<uint32_t>(kBom.size());
    rest.remove_prefix(kBom.size());
  }
  size_t indent = std::min(rest.find_first_not_of(" \t"), rest.size());
  return {{begin, begin}, std::string(rest.substr(0, indent)) + comment + file.line_end};
}

// Behind the directives, which must stay the first lines.
Edit file_comment(const Dockerfile& file, const std::string& comment) {
  uint32_t line = 1;
  for (const Directive& directive : file.directives)
    line = std::max(line, file.lines.line_of(directive.range.begin) + 1);
  bool is_behind_end = line > file.lines.line_count();
  if (!is_behind_end) return comment_above(file, line, comment);
  auto end = static_cast<uint32_t>(file.source.size());
  return {{end, end}, file.line_end + comment};
}

}  // namespace

std::optional<Edit> suppress_edit(const Dockerfile& file, const Finding& finding) {
  if (finding.rule == kParseErrorRule || finding.rule == kUnusedSuppressionRule)
    return std::nullopt;
  const Instruction* instruction = instruction_of(file, finding.range.begin);
  bool is_about_file = finding.range == Range{} || instruction == nullptr;
  if (is_about_file)
    return file_comment(file, "# whittle: ignore-file=" + finding.rule + std::string(kReason));
  uint32_t line = file.lines.line_of(finding.range.begin);
  uint32_t first = file.lines.line_of(instruction->range.begin);
  bool has_no_line = is_blank_line(file, line) || is_in_heredoc(*instruction, finding.range.begin);
  if (has_no_line) line = first;
  return comment_above(file, line, "# whittle: ignore=" + finding.rule + std::string(kReason));
}

}  // namespace whittle
