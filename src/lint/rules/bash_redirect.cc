// `&>`, `<<<` and `<(...)` where dash runs the RUN.
#include "base/strings.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/sh_program.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kBashRedirect;

namespace {

// "&>file" as "file 2>&1" behind ">".
std::optional<Fix> plain_fix(const LintInput& input,
                             const RunText& run,
                             const ShellRedirect& redirect) {
  if (!is_editable(input, run)) return std::nullopt;
  std::string_view text = input.file->text(redirect.range);
  if (text.substr(0, redirect.op.size()) != redirect.op) return std::nullopt;
  uint32_t begin = redirect.range.begin;
  uint32_t op_end = begin + static_cast<uint32_t>(redirect.op.size());
  std::string op = redirect.op == "&>>" ? ">>" : ">";
  return make_fix("Redirect both in the POSIX way",
                  Applicability::Unsafe,
                  {{{begin, op_end}, op}, insert_at(redirect.range.end, " 2>&1")});
}

void check_redirect(const LintInput& input,
                    const RunText& run,
                    const ShellRedirect& redirect,
                    std::vector<Finding>& findings) {
  if (redirect.op == "&>" || redirect.op == "&>>") {
    Finding finding =
        make_finding(kBashRedirect,
                     redirect.range,
                     "dash runs the command in the background and redirects nothing of it",
                     "Write `> file 2>&1`");
    finding.fix = plain_fix(input, run, redirect);
    findings.push_back(std::move(finding));
  } else if (redirect.op == "<<<") {
    findings.push_back(make_finding(kBashRedirect,
                                    redirect.range,
                                    "dash has no `<<<`, the RUN ends with a syntax error",
                                    "Pipe the text into the command"));
  }
}

void check_word(const ShellWord& word, std::vector<Finding>& findings) {
  std::string_view begin = std::string_view(word.raw).substr(0, 2);
  if (begin != "<(" && begin != ">(") return;
  findings.push_back(make_finding(
      kBashRedirect,
      word.range,
      "dash has no " + in_ticks(std::string(begin) + "...)") + ", the RUN ends with a syntax error",
      "Use a file or a pipe, or bash by `SHELL`"));
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : dash_runs(input)) {
    for_each_node(run.script->root, [&](const ShellNode& node) {
      for (const ShellRedirect& redirect : node.redirects) {
        check_redirect(input, run, redirect, findings);
        check_word(redirect.target, findings);
      }
      for (const ShellWord& word : node.words) check_word(word, findings);
    });
  }
}

}  // namespace

const Rule kBashRedirect = {
    {.name = "bash-redirect",
     .code = "WH3202",
     .aliases = "SC3001 SC3011 SC3020 SC3021 SC3029",
     .severity = Severity::Warning,
     .summary = "A redirection of bash under another shell",
     .why = "dash reads `a &> b` as `a &` and `> b`: the command goes on in the background, and "
            "its status is lost. `<<<` and `<(...)` are errors. On Debian and Ubuntu `/bin/sh` is "
            "dash; bash is chosen by `SHELL [\"/bin/bash\", \"-c\"]`. Silent where `/bin/sh` is "
            "BusyBox or bash, which understand it.",
     .bad = "FROM debian:bookworm\nRUN make &> /tmp/log\n",
     .good = "FROM debian:bookworm\nRUN make > /tmp/log 2>&1\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
