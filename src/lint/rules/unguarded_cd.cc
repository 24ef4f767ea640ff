// cd whose failure nobody sees.
#include "lint/failures.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/sh_program.h"
#include "lint/stages.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kUnguardedCd;

namespace {

bool is_cd(const ShellNode& node) {
  return node.kind == ShellNodeKind::Simple && node.words.size() > 1 &&
         (node.words[0].raw == "cd" || node.words[0].raw == "pushd");
}

void check_list(const LintInput& input,
                const RunText& run,
                const ShellNode& list,
                std::vector<Finding>& findings) {
  for (size_t i = 0; i + 1 < list.children.size(); ++i) {
    const ShellNode& node = list.children[i];
    if (sets_errexit(node)) return;
    bool is_lost = is_cd(node) && list.children[i + 1].op_before == ShellOp::Sequence;
    if (!is_lost || is_answered(list, i)) continue;
    Finding finding = make_finding(kUnguardedCd,
                                   node.range,
                                   "When `cd` fails, what follows runs in another folder",
                                   "Write `cd ... || exit 1`, or `&&`");
    if (is_editable(input, run))
      finding.fix = make_fix("End the RUN when `cd` fails",
                             Applicability::Unsafe,
                             {insert_at(node.range.end, " || exit 1")});
    findings.push_back(std::move(finding));
  }
}

bool sets_errexit_at_all(const RunText& run) {
  const std::vector<ShellNode>& nodes = run.script->root.children;
  for (const ShellNode& node : nodes) {
    if (sets_errexit(node)) return true;
  }
  return false;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    const std::vector<std::string>& shell = input.evaluation.states[run.index].shell;
    if (!is_posix_shell(shell) || has_errexit(shell) ||
        is_windows_stage(input, run.instruction->stage))
      continue;
    if (input.file->escape != '\\' || sets_errexit_at_all(run)) continue;
    for_each_node(run.script->root, [&](const ShellNode& node) {
      if (node.kind == ShellNodeKind::List) check_list(input, run, node, findings);
    });
  }
}

}  // namespace

const Rule kUnguardedCd = {
    {.name = "unguarded-cd",
     .code = "WH3209",
     .aliases = "SC2164",
     .severity = Severity::Warning,
     .summary = "Commands run in the wrong folder when `cd` fails",
     .why = "`cd x; rm -rf *` deletes whatever folder the shell is in when there is no `x`. `&&`, "
            "`|| exit 1` or `set -e` end the RUN instead.",
     .bad = "FROM debian:bookworm\nRUN cd /opt/app; make\n",
     .good = "FROM debian:bookworm\nRUN cd /opt/app && make\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
