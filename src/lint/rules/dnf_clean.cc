// dnf and microdnf keep metadata and packages of an install in the layer.
#include "lint/package_clean.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kDnfClean;

namespace {

std::optional<std::string> clean_command(const LintInput&, size_t, const PackageCommand& command) {
  return command.tool == PackageTool::Microdnf ? "microdnf clean all" : "dnf clean all";
}

const CleanRule kClean = {
    &kDnfClean,
    {PackageTool::Dnf, PackageTool::Microdnf},
    "`/var/cache/dnf`",
    {"/var/cache/dnf", "/var/cache/libdnf5", "/var/cache/yum"},
    {"var/cache/dnf/**", "var/cache/libdnf5/**", "var/cache/yum/**", "var/lib/dnf/repos/**"},
    is_install,
    is_clean_action,
    clean_command,
};

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_clean(input, kClean, findings);
}

}  // namespace

const Rule kDnfClean = {
    {"dnf-clean",
     "WH1006",
     "DL3040 DS-0019 DS-0027",
     Severity::Warning,
     "`dnf install` without `dnf clean all` in the same RUN",
     "dnf and microdnf store the metadata of all repositories, often over 100 MB. It is fetched "
     "again on demand, so that "
     "deleting it changes nothing but the size.",
     "FROM fedora:40\nRUN dnf install -y httpd\n",
     "FROM fedora:40\nRUN dnf install -y httpd && dnf clean all\n",
     kDeclaresNothing,
     kSafeFix},
    check,
};

}  // namespace whittle
