// pip that takes any certificate.
#include "lint/rules/rules.h"
#include "lint/unwanted_options.h"
#include "lint/unwanted_variables.h"

namespace whittle {

extern const Rule kTlsPip;

namespace {

bool is_named(std::string_view value) {
  return !value.empty();
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  static const UnwantedOption kUnwanted = {&kTlsPip,
                                           "pip pip2 pip3 python python3 uv pipx",
                                           "--trusted-host --allow-insecure-host",
                                           "--trusted-host --allow-insecure-host -r --requirement "
                                           "-c --constraint -i --index-url --extra-index-url",
                                           "takes packages of a host that nobody has checked"};
  check_unwanted_options(input, kUnwanted, findings);
  check_unwanted_variable(
      input,
      {&kTlsPip, "PIP_TRUSTED_HOST", is_named, "takes packages of a host that nobody has checked"},
      findings);
}

}  // namespace

const Rule kTlsPip = {
    {.name = "tls-pip",
     .code = "WH3011",
     .aliases = "CKV2_DOCKER_4 CKV2_DOCKER_16",
     .severity = Severity::Warning,
     .summary = "pip does not check certificates",
     .why = "`--trusted-host` takes the packages of that host without a check of the certificate, "
            "also over plain http. An own authority is named by `--cert`.",
     .bad = "FROM python:3.12\nRUN pip install --no-cache-dir --trusted-host pypi.example.com "
            "flask==3.0.0\n",
     .good = "FROM python:3.12\nRUN pip install --no-cache-dir flask==3.0.0\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
