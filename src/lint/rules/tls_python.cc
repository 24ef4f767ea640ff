// Python that takes any certificate.
#include "lint/rules/rules.h"
#include "lint/unwanted_variables.h"

namespace whittle {

extern const Rule kTlsPython;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_unwanted_variable(
      input,
      {&kTlsPython, "PYTHONHTTPSVERIFY", is_switched_off, "makes Python accept any certificate"},
      findings);
}

}  // namespace

const Rule kTlsPython = {
    {.name = "tls-python",
     .code = "WH3007",
     .aliases = "CKV2_DOCKER_5",
     .severity = Severity::Warning,
     .summary = "Python does not check certificates",
     .why = "`PYTHONHTTPSVERIFY=0` makes the standard library accept any certificate; as ENV it "
            "does so in every container too.",
     .bad = "FROM python:3.12\nENV PYTHONHTTPSVERIFY=0\n",
     .good = "FROM python:3.12\nENV PYTHONUNBUFFERED=1\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
