// dnf packages without a version.
#include "base/strings.h"
#include "lint/pins.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kDnfPin;

namespace {

bool is_pinned(std::string_view package) {
  return has_dashed_version(package) || ends_with(package, ".rpm") || is_path_or_url(package) ||
         package[0] == '@';
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  static const PinRule kPins = {
      &kDnfPin,
      {PackageTool::Dnf, PackageTool::Microdnf},
      "install reinstall",
      "-c -d -e -x --config --enablerepo --disablerepo --repo --repoid --installroot --releasever "
      "--setopt --exclude",
      is_pinned,
      "`name-version`",
      nullptr,
  };
  check_pins(input, kPins, findings);
}

}  // namespace

const Rule kDnfPin = {
    {.name = "dnf-pin",
     .code = "WH2014",
     .aliases = "DL3041",
     .severity = Severity::Warning,
     .summary = "`dnf install` of a package without a version",
     .why = "The version that is installed is the one of the day the layer is built. dnf takes the "
            "version behind a dash: `httpd-2.4.62`, and the stream of a module behind a colon. "
            "Files and URLs of packages are what they are, groups have no version. Off unless "
            "asked for: the versions leave the repository again, and the build then fails.",
     .bad = "FROM fedora:40\nRUN dnf install -y httpd && dnf clean all\n",
     .good = "FROM fedora:40\nRUN dnf install -y httpd-2.4.62 && dnf clean all\n",
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
