// zypper packages without a version.
#include "base/strings.h"
#include "lint/pins.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kZypperPin;

namespace {

bool is_pinned(std::string_view package) {
  return package.find_first_of("=<>") != package.npos || ends_with(package, ".rpm") ||
         is_path_or_url(package);
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  static const PinRule kPins = {
      &kZypperPin,
      {PackageTool::Zypper},
      "install in",
      "-t --type -r --repo --from -p --plus-repo --plus-content",
      is_pinned,
      "`name=version`",
      nullptr,
  };
  check_pins(input, kPins, findings);
}

}  // namespace

const Rule kZypperPin = {
    {.name = "zypper-pin",
     .code = "WH2015",
     .aliases = "DL3037",
     .severity = Severity::Warning,
     .summary = "`zypper install` of a package without a version",
     .why =
         "The version that is installed is the one of the day the layer is built. zypper compares: "
         "`httpd=2.4`, `'httpd>=2.4'`; the comparison has to be quoted from the shell. Off unless "
         "asked for: the versions leave the repository again, and the build then fails.",
     .bad = "FROM opensuse/leap:15.6\nRUN zypper -n install httpd && zypper clean\n",
     .good = "FROM opensuse/leap:15.6\nRUN zypper -n install httpd=2.4.58 && zypper clean\n",
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
