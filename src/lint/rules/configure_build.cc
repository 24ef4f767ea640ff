// ./configure that guesses the machine.
#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"

namespace whittle {

extern const Rule kConfigureBuild;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      bool is_configure = command_name(words) == "configure" && contains(words[0]->raw, "/");
      if (!is_configure) continue;
      CommandWords line = read_command_words(words, 1, "");
      if (line.has("--build --host --help --version")) continue;
      findings.push_back(make_finding(kConfigureBuild,
                                      words[0]->range,
                                      "`configure` guesses the machine, also where it is emulated",
                                      "Add `--build=`, as `dpkg-architecture --query "
                                      "DEB_BUILD_GNU_TYPE` says it on Debian"));
    }
  }
}

}  // namespace

const Rule kConfigureBuild = {
    {.name = "configure-build",
     .code = "WH3702",
     .aliases = "configureShouldUseBuildFlag",
     .severity = Severity::Info,
     .summary = "`./configure` without `--build`",
     .why = "The script of autoconf guesses the machine from the kernel that runs. In a container "
            "of another architecture, or a 32-bit one on a 64-bit kernel, it guesses wrongly. Off "
            "unless asked for: for one architecture it makes no difference.",
     .bad = "FROM debian:bookworm\nRUN ./configure --prefix=/opt && make\n",
     .good = "FROM debian:bookworm\nRUN ./configure --build=\"$(dpkg-architecture --query "
             "DEB_BUILD_GNU_TYPE)\" --prefix=/opt && make\n",
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
