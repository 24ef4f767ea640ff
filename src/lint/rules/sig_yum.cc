// yum, dnf and zypper that take packages without a check.
#include "base/strings.h"
#include "lint/rules/rules.h"
#include "lint/unwanted_options.h"

namespace whittle {

extern const Rule kSigYum;

namespace {

bool is_harmless(const CommandOption& option) {
  if (option.name != "--setopt") return false;
  size_t equals = option.value.find('=');
  if (equals == std::string::npos) return true;
  std::string_view name = std::string_view(option.value).substr(0, equals);
  name = name.substr(name.rfind('.') + 1);
  bool is_check = name == "sslverify" || name == "gpgcheck";
  return !is_check || !is_off_value(std::string_view(option.value).substr(equals + 1));
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  static const UnwantedOption kUnwanted = {
      &kSigYum,
      "yum dnf microdnf tdnf zypper yumdownloader",
      "--nogpgcheck --nogpg --no-gpgchecks --no-gpg-checks --setopt",
      "--setopt --enablerepo --disablerepo -c --config",
      "installs packages that nobody has checked",
      is_harmless};
  check_unwanted_options(input, kUnwanted, findings);
}

}  // namespace

const Rule kSigYum = {
    {.name = "sig-yum",
     .code = "WH3005",
     .aliases = "CKV2_DOCKER_9 CKV2_DOCKER_15",
     .severity = Severity::Warning,
     .summary = "yum, dnf or zypper installs packages without a check",
     .why = "With the check of signatures or of the certificate switched off, whoever can answer "
            "for the mirror decides what is installed. A key is imported with `rpm --import`.",
     .bad = "FROM fedora:40\nRUN dnf install -y --nogpgcheck x\n",
     .good = "FROM fedora:40\nRUN dnf install -y x\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
