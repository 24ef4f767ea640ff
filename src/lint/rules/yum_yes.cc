// `yum install` that waits for a confirmation.
#include "lint/rules/rules.h"
#include "lint/yes_option.h"

namespace whittle {

extern const Rule kYumYes;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_yes(input, yum_yes_rule(kYumYes, {PackageTool::Yum}), findings);
}

}  // namespace

const Rule kYumYes = {
    {.name = "yum-yes",
     .code = "WH2004",
     .aliases = "DL3030 yumInstallForceYes",
     .severity = Severity::Warning,
     .summary = "`yum install` without `-y`",
     .why = "yum asks `Is this ok` and reads the end of its input in a build, which it takes for "
            "no: nothing is installed and the build stops. `--assumeyes` is the long form; "
            "`assumeyes` can be set by `--setopt`, too.",
     .bad = "FROM centos:7\nRUN yum install httpd\n",
     .good = "FROM centos:7\nRUN yum install -y httpd && yum clean all\n",
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
