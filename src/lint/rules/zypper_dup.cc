// `zypper dup` moves the whole system to whatever is newest.
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/package_commands.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kZypperDup;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const PackageCommand& command : package_commands(run)) {
      if (command.tool != PackageTool::Zypper || !is_one_of("dist-upgrade dup", command.action))
        continue;
      findings.push_back(
          make_finding(kZypperDup,
                       command.command->node->range,
                       in_ticks("zypper " + command.action) + " makes each build another system",
                       "Take a newer base image"));
    }
  }
}

}  // namespace

const Rule kZypperDup = {
    {.name = "zypper-dup",
     .code = "WH2020",
     .aliases = "DL3035",
     .severity = Severity::Warning,
     .summary = "`zypper dist-upgrade` in a build",
     .why = "`dup` brings every package to the version of the day and may even change the release, "
            "so that two builds of one Dockerfile differ, and the old files stay in the base "
            "image's layers. A newer base image has the same packages in fewer bytes.",
     .bad = "FROM opensuse/leap:15.6\nRUN zypper -n dup && zypper clean\n",
     .good = "FROM opensuse/leap:15.6\nRUN zypper -n patch && zypper clean\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
