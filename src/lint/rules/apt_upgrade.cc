// apt-get upgrade and dist-upgrade.
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/package_commands.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"

namespace whittle {

extern const Rule kAptUpgrade;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const PackageCommand& command : package_commands(run)) {
      if (command.tool != PackageTool::Apt ||
          !is_one_of("upgrade dist-upgrade full-upgrade safe-upgrade", command.action))
        continue;
      // With names it is an install of newer versions of those.
      CommandWords line =
          read_command_words(command.words, command.action_at + 1, "-o -t --target-release -c");
      if (command.action == "upgrade" && !line.operands.empty()) continue;
      findings.push_back(
          make_finding(kAptUpgrade,
                       command.command->node->range,
                       "An upgrade depends on the day of the build and stores replaced files twice",
                       "Use a newer base image"));
    }
  }
}

}  // namespace

const Rule kAptUpgrade = {
    {.name = "apt-upgrade",
     .code = "WH3304",
     .aliases = "DKL-DI-0003 DS-0024 apt-get-upgrade apt-get-dist-upgrade",
     .severity = Severity::Info,
     .summary = "`apt-get upgrade` in a build",
     .why = "What an upgrade installs depends on the day of the build, and every file it replaces "
            "is stored a second time. A newer base image holds the same packages, once.",
     .bad = "FROM debian:bookworm\nRUN apt-get update && apt-get upgrade -y && rm -rf "
            "/var/lib/apt/lists/*\n",
     .good = "FROM debian:bookworm\nRUN apt-get update && apt-get install -y "
             "--no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
