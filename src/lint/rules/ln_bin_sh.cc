// `ln -s bash /bin/sh` where SHELL says which shell runs.
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/stages.h"

namespace whittle {

extern const Rule kLnBinSh;

namespace {

std::optional<Fix> shell_fix(const LintInput& input, const RunText& run, const CommandWords& line) {
  bool is_whole = run.script->root.children.size() == 1 && run.commands->size() == 1;
  if (!is_whole || run.is_onbuild || !is_editable_run(input, run.index)) return std::nullopt;
  if (line.operands.size() != 2 || !line.operands[0]->value) return std::nullopt;
  std::string shell = *line.operands[0]->value;
  if (shell.find('/') == shell.npos) shell = "/bin/" + shell;
  if (!is_posix_shell({shell}) || shell[0] != '/') return std::nullopt;
  Range whole{run.instruction->keyword.begin, run.instruction->arguments.end};
  return make_fix(
      "Use SHELL", Applicability::Unsafe, {{whole, "SHELL [\"" + shell + "\", \"-c\"]"}});
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      if (command_name(words) != "ln") continue;
      CommandWords line = read_command_words(words, 1, "-S --suffix -t --target-directory");
      bool is_shell = line.operands.size() > 1 &&
                      is_one_of("/bin/sh /usr/bin/sh", text_of(*line.operands.back()));
      if (!is_shell) continue;
      Finding finding = make_finding(kLnBinSh,
                                     ref.node->range,
                                     "`ln` replaces `/bin/sh`, which changes every script of the "
                                     "image",
                                     "Use `SHELL`");
      finding.fix = shell_fix(input, run, line);
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

const Rule kLnBinSh = {
    {.name = "ln-bin-sh",
     .code = "WH2035",
     .aliases = "DL4005",
     .severity = Severity::Warning,
     .summary = "`ln` replaces `/bin/sh`",
     .why = "SHELL chooses the shell of every RUN, CMD and ENTRYPOINT behind it. Replacing "
            "`/bin/sh` changes every script of the system as well, and the next update of the "
            "shell's package puts the old one back.",
     .bad = "FROM debian:bookworm\nRUN ln -sf /bin/bash /bin/sh\n",
     .good = "FROM debian:bookworm\nSHELL [\"/bin/bash\", \"-c\"]\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
