// Commands in a heredoc, of which only the last one counts.
#include "base/strings.h"
#include "lint/failures.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/stages.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kHeredocNoErrexit;

namespace {

// The body is the script of the shell: nothing but the heredoc is there.
bool is_script(const Instruction& run) {
  return run.form == ArgumentForm::Shell && run.heredocs.size() == 1 &&
         trim(run.text).size() == run.heredocs[0].word.size() && run.heredocs[0].terminated;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    const Instruction& instruction = *run.instruction;
    const std::vector<std::string>& shell = input.evaluation.states[run.index].shell;
    if (!is_script(instruction) || !is_posix_shell(shell) || has_errexit(shell)) continue;
    const Heredoc& heredoc = instruction.heredocs[0];
    if (heredoc.content.substr(0, 2) == "#!") continue;
    std::optional<LostFailure> lost = first_lost_failure(run.script->root);
    if (!lost) continue;
    Finding finding =
        make_finding(kHeredocNoErrexit,
                     lost->command,
                     "The build goes on when this fails, only the last command of the "
                     "heredoc decides",
                     "Begin the heredoc with `set -e`");
    if (!run.is_onbuild) {
      std::string indent = heredoc.strip_tabs ? "\t" : "";
      finding.fix =
          make_fix("Begin the heredoc with `set -e`",
                   Applicability::Unsafe,
                   {insert_at(heredoc.body.begin, indent + "set -e" + input.file->line_end)});
    }
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kHeredocNoErrexit = {
    {.name = "heredoc-no-errexit",
     .code = "WH3102",
     .aliases = "",
     .severity = Severity::Warning,
     .summary = "A RUN with a heredoc goes on after a failed command",
     .why = "The lines of a heredoc are commands of one shell, which goes on after a command that "
            "failed: only the last status decides about the build. `set -e` in front makes the "
            "first failure the end.",
     .bad = "FROM debian:bookworm\nRUN <<EOF\napt-get update\napt-get install -y curl\nEOF\n",
     .good =
         "FROM debian:bookworm\nRUN <<EOF\nset -e\napt-get update\napt-get install -y curl\nEOF\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
