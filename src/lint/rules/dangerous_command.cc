// Commands that make no sense while an image is built.
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"

namespace whittle {

extern const Rule kDangerousCommand;

namespace {

constexpr std::string_view kCommands = "free kill mount ps service shutdown ssh top vim";

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      std::string name = command_name(words);
      if (name.empty() || !is_one_of(kCommands, name)) continue;
      findings.push_back(
          make_finding(kDangerousCommand,
                       words[0]->range,
                       in_ticks(name) + " is for a running system, nothing of it outlives this RUN",
                       "Do it when the container starts, or drop it"));
    }
  }
}

}  // namespace

const Rule kDangerousCommand = {
    {.name = "dangerous-command",
     .code = "WH2032",
     .aliases = "DL3001",
     .severity = Severity::Info,
     .summary = "A RUN calls a command for a running system",
     .why = "`free`, `kill`, `mount`, `ps`, `service`, `shutdown`, `ssh`, `top` and `vim` look at "
            "or change a running system. Nothing that runs outlives its RUN: a service that is "
            "started here is not there in the container.",
     .bad = "FROM debian:bookworm\nRUN service nginx start\n",
     .good = "FROM debian:bookworm\nCMD [\"nginx\", \"-g\", \"daemon off;\"]\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
