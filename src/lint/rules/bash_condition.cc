// `[[ ]]` and `==` where dash runs the RUN.
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/sh_program.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kBashCondition;

namespace {

void check_node(const LintInput& input,
                const RunText& run,
                const ShellNode& node,
                std::vector<Finding>& findings) {
  if (node.kind != ShellNodeKind::Simple || node.words.empty()) return;
  const std::string& name = node.words[0].raw;
  if (name == "[[") {
    findings.push_back(make_finding(kBashCondition,
                                    node.words[0].range,
                                    "dash has no `[[`, the test fails whatever it asks",
                                    "Use `[`, or bash by `SHELL`"));
    return;
  }
  if (name != "[" && name != "test") return;
  for (const ShellWord& word : node.words) {
    if (word.raw != "==") continue;
    Finding finding = make_finding(kBashCondition,
                                   word.range,
                                   "dash has no `==` in a test, which fails whatever it asks",
                                   "Write `=`");
    if (is_editable(input, run))
      finding.fix = make_fix("Write `=`", Applicability::Unsafe, {{word.range, "="}});
    findings.push_back(std::move(finding));
  }
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : dash_runs(input))
    for_each_node(run.script->root,
                  [&](const ShellNode& node) { check_node(input, run, node, findings); });
}

}  // namespace

const Rule kBashCondition = {
    {.name = "bash-condition",
     .code = "WH3201",
     .aliases = "SC3010 SC3014 SC3012 SC3016",
     .severity = Severity::Warning,
     .summary = "A test of bash under another shell",
     .why = "dash has no `[[`: the command is not found, which an `if` takes for \"no\", so that "
            "the other branch runs without a word. `==` in `[` ends in an error in the same way. "
            "On Debian and Ubuntu `/bin/sh` is dash; bash is chosen by `SHELL [\"/bin/bash\", "
            "\"-c\"]`. Silent where `/bin/sh` is BusyBox or bash, which understand it.",
     .bad = "FROM debian:bookworm\nRUN if [[ -f /x ]]; then rm /x; fi\n",
     .good = "FROM debian:bookworm\nRUN if [ -f /x ]; then rm /x; fi\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
