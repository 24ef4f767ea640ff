// `dnf install` that waits for a confirmation.
#include "lint/rules/rules.h"
#include "lint/yes_option.h"

namespace whittle {

extern const Rule kDnfYes;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_yes(input, yum_yes_rule(kDnfYes, {PackageTool::Dnf, PackageTool::Microdnf}), findings);
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
