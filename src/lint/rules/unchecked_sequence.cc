// Commands of a RUN behind `;`, whatever came of those in front.
#include <algorithm>

#include "base/strings.h"
#include "lint/failures.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/stages.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kUncheckedSequence;

namespace {

bool has_operator(const ShellNode& list, ShellOp op) {
  return std::any_of(list.children.begin(), list.children.end(), [&](const ShellNode& node) {
    return node.op_before == op;
  });
}

// `&&` binds tighter than `;`: with `||` in the list only `set -e` keeps what is meant.
Fix fix_of(const LintInput& input, const ShellNode& list) {
  if (has_operator(list, ShellOp::Or) || list.children[0].kind != ShellNodeKind::Simple)
    return make_fix("Begin the RUN with `set -e`",
                    Applicability::Unsafe,
                    {insert_at(list.children[0].range.begin, "set -e; ")});
  std::vector<Edit> edits;
  for (size_t i = 1; i < list.children.size(); ++i) {
    const ShellNode& node = list.children[i];
    if (node.op_before != ShellOp::Sequence) continue;
    bool has_blank =
        node.op_range.begin > 0 && is_blank(input.file->source[node.op_range.begin - 1]);
    bool is_glued = node.op_range.end == node.range.begin;
    edits.push_back(
        {node.op_range, std::string(has_blank ? "" : " ") + "&&" + (is_glued ? " " : "")});
  }
  return make_fix("Write `&&` for `;`", Applicability::Unsafe, std::move(edits));
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    const Instruction& instruction = *run.instruction;
    const std::vector<std::string>& shell = input.evaluation.states[run.index].shell;
    if (instruction.form != ArgumentForm::Shell || !instruction.heredocs.empty()) continue;
    if (!is_posix_shell(shell) || has_errexit(shell) || is_windows_stage(input, instruction.stage))
      continue;
    if (input.file->escape != '\\') continue;  // a file for Windows
    std::optional<LostFailure> lost = first_lost_failure(run.script->root);
    if (!lost) continue;
    Finding finding = make_finding(kUncheckedSequence,
                                   lost->op,
                                   "The RUN goes on when the command in front of `;` fails",
                                   "Join the commands with `&&`, or begin with `set -e`");
    if (is_editable(input, run)) finding.fix = fix_of(input, run.script->root);
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kUncheckedSequence = {
    {.name = "unchecked-sequence",
     .code = "WH3103",
     .aliases = "",
     .severity = Severity::Info,
     .summary = "`;` in a RUN goes on after a failed command",
     .why = "`a; b` runs b whether a worked or not, and the build sees the status of b alone. What "
            "a failed step leaves out is then missing in a container. `&&`, or `set -e` in front, "
            "stops at the failure.",
     .bad = "FROM debian:bookworm\nRUN apt-get update; apt-get install -y curl\n",
     .good = "FROM debian:bookworm\nRUN apt-get update && apt-get install -y curl\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
