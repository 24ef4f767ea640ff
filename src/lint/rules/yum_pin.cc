// yum packages without a version.
#include "base/strings.h"
#include "lint/pins.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kYumPin;

namespace {

bool is_pinned(std::string_view package) {
  return has_dashed_version(package) || ends_with(package, ".rpm") || is_path_or_url(package) ||
         package[0] == '@';
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  static const PinRule kPins = {
      &kYumPin,
      {PackageTool::Yum},
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

const Rule kYumPin = {
    {.name = "yum-pin",
     .code = "WH2013",
     .aliases = "DL3033",
     .severity = Severity::Warning,
     .summary = "`yum install` of a package without a version",
     .why = "The version that is installed is the one of the day the layer is built. yum takes the "
            "version behind a dash: `httpd-2.4.6`. Files and URLs of packages are what they are, "
            "groups have no version. Off unless asked for: the versions leave the repository "
            "again, and the build then fails.",
     .bad = "FROM centos:7\nRUN yum install -y httpd && yum clean all\n",
     .good = "FROM centos:7\nRUN yum install -y httpd-2.4.6 && yum clean all\n",
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
