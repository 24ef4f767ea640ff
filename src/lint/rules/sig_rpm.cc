// rpm that takes packages without a check.
#include "lint/rules/rules.h"
#include "lint/unwanted_options.h"

namespace whittle {

extern const Rule kSigRpm;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  static const UnwantedOption kUnwanted = {&kSigRpm,
                                           "rpm",
                                           "--nodigest --nosignature --noverify --nofiledigest",
                                           "",
                                           "installs packages that nobody has checked"};
  check_unwanted_options(input, kUnwanted, findings);
}

}  // namespace

const Rule kSigRpm = {
    {.name = "sig-rpm",
     .code = "WH3006",
     .aliases = "CKV2_DOCKER_10",
     .severity = Severity::Warning,
     .summary = "`rpm` installs packages without a check",
     .why = "Without digest and signature a package may be damaged or come from anybody. A key is "
            "imported with `rpm --import`.",
     .bad = "FROM fedora:40\nRUN rpm -i --nosignature x.rpm\n",
     .good = "FROM fedora:40\nRUN rpm -i x.rpm\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
