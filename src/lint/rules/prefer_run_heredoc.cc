// Long chains of commands that a heredoc would write line by line.
#include <algorithm>
#include <optional>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/stages.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kPreferRunHeredoc;

namespace {

constexpr size_t kLongChain = 5;

// Commands one after the other with `&&`, pipes being one of them.
size_t chain_length(const ShellNode& list) {
  bool is_chain = std::all_of(list.children.begin(), list.children.end(), [](const ShellNode& one) {
    return one.op_before == ShellOp::None || one.op_before == ShellOp::And ||
           one.op_before == ShellOp::Pipe;
  });
  if (!is_chain) return 0;
  return static_cast<size_t>(
      std::count_if(list.children.begin(), list.children.end(), [](const ShellNode& one) {
        return one.op_before != ShellOp::Pipe;
      }));
}

// A word that goes over a line reads otherwise in a heredoc.
bool is_on_one_line(const ShellWord& word) {
  return word.range.size() == word.raw.size();
}

// `set -e` does not end the shell for a command that is negated or a test of `if`; those are left.
bool is_plain(const ShellNode& list) {
  return std::all_of(list.children.begin(), list.children.end(), [](const ShellNode& one) {
    return !one.negated && one.kind == ShellNodeKind::Simple &&
           std::all_of(one.words.begin(), one.words.end(), is_on_one_line);
  });
}

std::optional<Fix> heredoc_fix(const LintInput& input, const RunText& run) {
  const ShellNode& list = run.script->root;
  const Instruction& instruction = *run.instruction;
  if (!is_editable(input, run) || !is_plain(list) || !instruction.comments.empty() ||
      !instruction.empty_lines.empty())
    return std::nullopt;
  std::string_view text = input.file->text(instruction.arguments);
  if (contains(text, "EOF")) return std::nullopt;
  const std::string& line_end = input.file->line_end;
  std::string script = "<<EOF" + line_end + "set -e" + line_end;
  for (size_t i = 0; i < list.children.size(); ++i) {
    bool is_piped = i + 1 < list.children.size() && list.children[i + 1].op_before == ShellOp::Pipe;
    uint32_t end = is_piped ? list.children[i + 1].range.begin : list.children[i].range.end;
    script += input.file->text({list.children[i].range.begin, end});
    if (!is_piped) script += line_end;
  }
  return make_fix("Write the commands as a heredoc with `set -e`",
                  Applicability::Unsafe,
                  {{{instruction.arguments.begin, instruction.range.end}, script + "EOF"}});
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    bool is_text =
        run.instruction->form == ArgumentForm::Shell && run.instruction->heredocs.empty();
    bool is_posix = is_posix_shell(input.evaluation.states[run.index].shell);
    if (!is_text || !is_posix || chain_length(run.script->root) < kLongChain) continue;
    Finding finding = make_finding(kPreferRunHeredoc,
                                   run.instruction->keyword,
                                   "The commands hang together by `&&` and line ends that have to "
                                   "be escaped",
                                   "Write them as a heredoc that begins with `set -e`");
    finding.fix = heredoc_fix(input, run);
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kPreferRunHeredoc = {
    {.name = "prefer-run-heredoc",
     .code = "WH3706",
     .aliases = "prefer-formatted-heredocs",
     .severity = Severity::Style,
     .summary = "A long chain of commands in a RUN",
     .why = "In a heredoc every command is a line of its own, comments may stand anywhere, and a "
            "forgotten `&&` or backslash cannot change what runs; `set -e` makes the first failure "
            "the end, as `&&` does. It needs BuildKit. Off unless asked for.",
     .bad = "FROM debian:bookworm\nRUN a && b && c && d && e\n",
     .good = "FROM debian:bookworm\nRUN <<EOF\nset -e\na\nb\nc\nd\ne\nEOF\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
