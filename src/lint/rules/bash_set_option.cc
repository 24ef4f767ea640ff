// Options of set that dash does not have.
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/sh_program.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kBashSetOption;

namespace {

constexpr std::string_view kOptions =
    "pipefail errtrace functrace posix history privileged physical braceexpand hashall keyword "
    "onecmd";

const ShellWord* bash_option(const ShellNode& node) {
  for (size_t i = 2; i < node.words.size(); ++i) {
    const std::string& before = node.words[i - 1].raw;
    bool takes_name =
        before.size() > 1 && (before[0] == '-' || before[0] == '+') && before.back() == 'o';
    if (takes_name && is_one_of(kOptions, node.words[i].raw)) return &node.words[i];
  }
  return nullptr;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  uint32_t fixed_stage = Instruction::kNoStage;
  for (const RunText& run : dash_runs(input)) {
    for (const CommandRef& ref : *run.commands) {
      if (ref.node->command_name() != "set") continue;
      const ShellWord* option = bash_option(*ref.node);
      if (option == nullptr) continue;
      Finding finding =
          make_finding(kBashSetOption,
                       option->range,
                       "dash has no option " + in_ticks(option->raw) + ", the RUN ends here",
                       "Run it with bash by `SHELL`");
      bool is_fixable = !run.is_onbuild && fixed_stage != run.instruction->stage;
      if (is_fixable) {
        fixed_stage = run.instruction->stage;
        finding.fix = make_fix("Choose bash by SHELL",
                               Applicability::Unsafe,
                               {insert_at(run.instruction->range.begin,
                                          "SHELL [\"/bin/bash\", \"-c\"]" + input.file->line_end)});
      }
      findings.push_back(std::move(finding));
      break;
    }
  }
}

}  // namespace

const Rule kBashSetOption = {
    {.name = "bash-set-option",
     .code = "WH3204",
     .aliases = "SC3040 SC3041 SC3042",
     .severity = Severity::Warning,
     .summary = "`set` with an option of bash under another shell",
     .why =
         "dash of Debian 12 and older stops with \"Illegal option -o pipefail\" before anything "
         "runs. On Debian and Ubuntu `/bin/sh` is dash; bash is chosen by `SHELL [\"/bin/bash\", "
         "\"-c\"]`. Silent where `/bin/sh` is BusyBox or bash, which understand it.",
     .bad = "FROM debian:bookworm\nRUN set -o pipefail && curl -s https://example.com/x | tar x\n",
     .good = "FROM debian:bookworm\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN curl "
             "-s https://example.com/x | tar x\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
