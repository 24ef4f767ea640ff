// zypper keeps metadata of repositories in the layer.
#include "lint/findings.h"
#include "lint/package_clean.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kZypperClean;

namespace {

std::optional<std::string> clean_command(const LintInput&, size_t, const PackageCommand&) {
  return "zypper clean";
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  static const CleanRule kClean = {
      &kZypperClean,
      {PackageTool::Zypper},
      "`/var/cache/zypp`",
      {"/var/cache/zypp"},
      {"var/cache/zypp/**"},
      is_install,
      is_clean_action,
      clean_command,
  };
  check_clean(input, kClean, findings);
}

}  // namespace

const Rule kZypperClean = {
    {.name = "zypper-clean",
     .code = "WH2021",
     .aliases = "DL3036 DS-0020",
     .severity = Severity::Warning,
     .summary = "`zypper install` without `zypper clean` in the same RUN",
     .why = "zypper stores the metadata of all repositories, and packages where the repository "
            "says so, below `/var/cache/zypp`. They are fetched again on demand, so that deleting "
            "them changes nothing but the size.",
     .bad = "FROM opensuse/leap:15.6\nRUN zypper -n install httpd\n",
     .good = "FROM opensuse/leap:15.6\nRUN zypper -n install httpd && zypper clean\n",
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
