// zypper that waits for a confirmation.
#include "lint/rules/rules.h"
#include "lint/yes_option.h"

namespace whittle {

extern const Rule kZypperYes;

namespace {

bool is_answered(const CommandWords& line) {
  return line.has(
      "-n --non-interactive -y --no-confirm --non-interactive-include-reboot-patches -D --dry-run");
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  static const YesRule kYes = {
      &kZypperYes,
      {PackageTool::Zypper},
      "install in remove rm source-install si patch update up dist-upgrade dup",
      "-R --root -c --config -D --reposd-dir -C --cache-dir --installroot --releasever -p "
      "--plus-repo --plus-content -t --type -r --repo --from",
      is_answered,
      "-n",
      true,
  };
  check_yes(input, kYes, findings);
}

}  // namespace

const Rule kZypperYes = {
    {.name = "zypper-yes",
     .code = "WH2006",
     .aliases = "DL3034",
     .severity = Severity::Warning,
     .summary = "`zypper` without `--non-interactive`",
     .why = "zypper asks before it changes anything and takes the end of its input for no. `-n` in "
            "front of the action answers every question with its default; `-y` behind the action "
            "only confirms.",
     .bad = "FROM opensuse/leap:15.6\nRUN zypper install httpd\n",
     .good = "FROM opensuse/leap:15.6\nRUN zypper -n install httpd && zypper clean\n",
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
