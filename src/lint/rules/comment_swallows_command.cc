// A comment behind a command of a continued RUN: the shell sees one line.
#include <optional>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"
#include "lint/stages.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kCommentSwallowsCommand;

namespace {

// Where the shell's comment begins in the joined text; nullopt if there is none.
std::optional<uint32_t> comment_begin(std::string_view text) {
  char quote = '\0';
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\\' && quote != '\'') {
      ++i;
    } else if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'' || c == '`') {
      quote = c;
    } else if (c == '#') {
      constexpr std::string_view kBreaks = " \t;&|(";
      if (i == 0 || kBreaks.find(text[i - 1]) != kBreaks.npos) return static_cast<uint32_t>(i);
    }
  }
  return std::nullopt;
}

// The first text behind the comment's own line that is neither blank nor a comment itself.
std::optional<uint32_t> swallowed_begin(const Dockerfile& file,
                                        const Instruction& run,
                                        uint32_t begin) {
  uint32_t line = file.lines.line_of(run.source_offset(begin));
  for (uint32_t at = begin; at < run.text.size(); ++at) {
    if (is_space(run.text[at])) continue;
    uint32_t own = file.lines.line_of(run.source_offset(at));
    if (own == line) continue;
    if (run.text[at] != '#') return at;
    line = own;
  }
  return std::nullopt;
}

// The comment on a line of its own in front of the line it stands on.
std::optional<Fix> move_fix(const LintInput& input, const Instruction& run, Range comment) {
  const Dockerfile& file = *input.file;
  if (file.escape != '\\') return std::nullopt;
  uint32_t begin = comment.begin;
  while (begin > 0 && is_blank(file.source[begin - 1])) --begin;
  uint32_t line = std::max(file.lines.line_begin(file.lines.line_of(begin)), run.range.begin);
  std::string text(trim(file.text(comment)));
  Edit insert = insert_at(line, text + file.line_end);
  if (begin <= line) return std::nullopt;
  bool is_blank_behind = comment.end < file.source.size() && is_blank(file.source[comment.end]);
  return make_fix("Put the comment on a line of its own",
                  Applicability::Unsafe,
                  {std::move(insert), {{begin, comment.end}, is_blank_behind ? "" : " "}});
}

void check_run(const LintInput& input, const RunText& run, std::vector<Finding>& findings) {
  const Instruction& instruction = *run.instruction;
  if (instruction.form != ArgumentForm::Shell || !instruction.heredocs.empty()) return;
  if (!is_posix_shell(input.evaluation.states[run.index].shell)) return;
  std::optional<uint32_t> begin = comment_begin(instruction.text);
  if (!begin) return;
  std::optional<uint32_t> swallowed = swallowed_begin(*input.file, instruction, *begin);
  if (!swallowed) return;
  uint32_t source = instruction.source_offset(*begin);
  uint32_t last = *begin;
  uint32_t line = input.file->lines.line_of(source);
  while (last + 1 < instruction.text.size() &&
         input.file->lines.line_of(instruction.source_offset(last + 1)) == line)
    ++last;
  while (last > *begin && is_space(instruction.text[last])) --last;
  Range comment{source, instruction.source_offset(last) + 1};
  uint32_t hidden = input.file->lines.line_of(instruction.source_offset(*swallowed));
  Finding finding = make_finding(kCommentSwallowsCommand,
                                 comment,
                                 "The shell takes the lines from " + std::to_string(hidden) +
                                     " on for a part of this comment and does not run them",
                                 "Put the comment on a line of its own");
  if (!run.is_onbuild) finding.fix = move_fix(input, instruction, comment);
  findings.push_back(std::move(finding));
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) check_run(input, run, findings);
}

}  // namespace

const Rule kCommentSwallowsCommand = {
    {.name = "comment-swallows-command",
     .code = "WH3101",
     .aliases = "",
     .severity = Severity::Error,
     .summary = "A comment inside a RUN hides the commands behind it",
     .why = "The builder joins the lines of a RUN before the shell sees them: what stands behind "
            "`#` on one line hides all the lines that follow, and the build goes on as if they "
            "were not there. A comment on a line of its own is taken out by the builder.",
     .bad = "FROM debian:bookworm\nRUN apt-get update # first \\\n && apt-get install -y curl\n",
     .good = "FROM debian:bookworm\n# first\nRUN apt-get update \\\n && apt-get install -y curl\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
