// No USER at all: the base image's user, which is root nearly always.
#include "lint/final_user.h"
#include "lint/rules/rules.h"

namespace whittle {

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  if (input.file->stages.empty() || final_user(input)) return;
  const Stage& last = input.file->stages.back();
  Finding finding;
  finding.rule = "user-missing";
  finding.severity = Severity::Info;
  finding.range = input.file->instructions[last.from].range;
  finding.message = "The image sets no user and runs as root unless its base says otherwise";
  finding.help = "Switch to a user of its own before CMD";
  finding.fix = switch_user_fix(input);
  findings.push_back(std::move(finding));
}

}  // namespace

extern const Rule kUserMissing;
const Rule kUserMissing = {
    {"user-missing",
     "WH1051",
     "DS-0002 CKV_DOCKER_3",
     Severity::Info,
     "The last stage sets no USER",
     "Most programs need no privileges once they run. Which folders the program writes to has to "
     "be known before the user "
     "can be changed, so that no fix is safe.",
     "FROM debian:bookworm\nCMD [\"sleep\", \"1\"]\n",
     "FROM debian:bookworm\nRUN useradd app\nUSER app\nCMD [\"sleep\", \"1\"]\n",
     kDeclaresNothing,
     kUnsafeFix},
    check,
};

}  // namespace whittle
