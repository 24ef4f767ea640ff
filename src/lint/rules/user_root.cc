// The last USER is root.
#include "lint/final_user.h"
#include "lint/rules/rules.h"

namespace whittle {

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  std::optional<size_t> user = final_user(input);
  if (!user) return;
  std::string_view name = input.evaluation.final_states.back().user;
  name = name.substr(0, name.find(':'));
  if (name != "root" && name != "0") return;
  Finding finding;
  finding.rule = "user-root";
  finding.severity = Severity::Warning;
  finding.range = input.file->instructions[*user].range;
  finding.message =
      "The image runs as root, a flaw in the program is then one in the container's root";
  finding.help = "Switch to a user of its own before CMD";
  finding.fix = switch_user_fix(input);
  findings.push_back(std::move(finding));
}

}  // namespace

extern const Rule kUserRoot;
const Rule kUserRoot = {
    {"user-root",
     "WH1050",
     "DL3002 CIS-DI-0001 CKV_DOCKER_8",
     Severity::Warning,
     "The last USER is root",
     "Most programs need no privileges once they run. Which folders the program writes to has to "
     "be known before the user "
     "can be changed, so that no fix is safe.",
     "FROM debian:bookworm\nUSER root\nCMD [\"sleep\", \"1\"]\n",
     "FROM debian:bookworm\nUSER root\nRUN useradd app\nUSER app\nCMD [\"sleep\", \"1\"]\n",
     kDeclaresNothing,
     kUnsafeFix},
    check,
};

}  // namespace whittle
