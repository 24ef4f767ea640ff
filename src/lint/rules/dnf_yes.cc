// `dnf install` that waits for a confirmation.
#include "base/strings.h"
#include "lint/rules/rules.h"
#include "lint/yes_option.h"

namespace whittle {

extern const Rule kDnfYes;

namespace {

bool is_answered(const CommandWords& line) {
  if (line.has("-y --assumeyes --assumeno --downloadonly")) return true;
  for (const CommandOption& option : line.options) {
    if (option.name == "--setopt" && contains(option.value, "assumeyes")) return true;
  }
  return false;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  static const YesRule kYes = {
      &kDnfYes,
      {PackageTool::Dnf, PackageTool::Microdnf},
      "install reinstall localinstall groupinstall group module builddep swap update upgrade "
      "upgrade-minimal update-minimal distro-sync downgrade",
      "-c -d -e -x --config --enablerepo --disablerepo --repo --repoid --installroot --releasever "
      "--setopt --exclude",
      is_answered,
      "-y",
      false,
  };
  check_yes(input, kYes, findings);
}

}  // namespace

const Rule kDnfYes = {
    {.name = "dnf-yes",
     .code = "WH2005",
     .aliases = "DL3038",
     .severity = Severity::Warning,
     .summary = "`dnf install` without `-y`",
     .why = "dnf asks `Is this ok` and reads the end of its input in a build, which it takes for "
            "no: nothing is installed and the build stops. `--assumeyes` is the long form; "
            "`assumeyes` can be set by `--setopt`, too.",
     .bad = "FROM fedora:40\nRUN dnf install httpd\n",
     .good = "FROM fedora:40\nRUN dnf install -y httpd && dnf clean all\n",
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
