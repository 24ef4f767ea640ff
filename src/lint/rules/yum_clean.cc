// yum keeps metadata and packages of an install in the layer.
#include "lint/package_clean.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kYumClean;

namespace {

std::optional<std::string> clean_command(const LintInput&, size_t, const PackageCommand&) {
  return "yum clean all";
}

const CleanRule kClean = {
    &kYumClean,
    {PackageTool::Yum},
    "`/var/cache/yum`",
    {"/var/cache/yum", "/var/cache/dnf"},
    {"var/cache/yum/**", "var/cache/dnf/**"},
    is_install,
    is_clean_action,
    clean_command,
};

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_clean(input, kClean, findings);
}

}  // namespace

const Rule kYumClean = {
    {"yum-clean",
     "WH1005",
     "DL3032 DS-0015 yumInstallRmVarCacheYum",
     Severity::Warning,
     "`yum install` without `yum clean all` in the same RUN",
     "yum stores the metadata of all repositories and may keep the packages. It is fetched again "
     "on demand, so that "
     "deleting it changes nothing but the size.",
     "FROM centos:7\nRUN yum install -y httpd\n",
     "FROM centos:7\nRUN yum install -y httpd && yum clean all\n",
     kDeclaresNothing,
     kSafeFix},
    check,
};

}  // namespace whittle
