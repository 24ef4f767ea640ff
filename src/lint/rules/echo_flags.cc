// echo with -e where dash runs the RUN.
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/sh_program.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kEchoFlags;

namespace {

// "-e", "-ne", "-E" and the like.
bool has_escape_flag(std::string_view word) {
  return word.size() > 1 && word[0] == '-' && word.find_first_not_of("neE", 1) == word.npos &&
         word.find_first_of("eE") != word.npos;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : dash_runs(input)) {
    for (const CommandRef& ref : *run.commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      if (words.size() < 2 || words[0]->raw != "echo" || !has_escape_flag(words[1]->raw)) continue;
      Finding finding =
          make_finding(kEchoFlags,
                       words[1]->range,
                       "dash writes " + in_ticks(words[1]->raw) + " in front of the text",
                       "Use `printf`, or drop the flag");
      bool is_plain = words[1]->raw == "-e" && is_editable(input, run);
      std::optional<Edit> edit;
      if (is_plain) edit = drop_words(input, words, 1, 0);
      if (edit)
        finding.fix = make_fix(
            "Drop `-e`, dash reads escapes anyway", Applicability::Unsafe, {std::move(*edit)});
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

const Rule kEchoFlags = {
    {.name = "echo-flags",
     .code = "WH3205",
     .aliases = "SC3037 SC3036",
     .severity = Severity::Warning,
     .summary = "`echo -e` under a shell that writes `-e`",
     .why = "dash takes `-e` for text and writes it: a file made by `echo -e` begins with `-e `. "
            "It reads escapes without being asked; `printf` is the same everywhere. On Debian and "
            "Ubuntu `/bin/sh` is dash; bash is chosen by `SHELL [\"/bin/bash\", \"-c\"]`. Silent "
            "where `/bin/sh` is BusyBox or bash, which understand it.",
     .bad = "FROM debian:bookworm\nRUN echo -e \"a\\tb\" > /x\n",
     .good = "FROM debian:bookworm\nRUN printf \"a\\tb\\n\" > /x\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
