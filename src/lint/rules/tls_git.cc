// Git that takes any certificate.
#include "lint/rules/rules.h"
#include "lint/unwanted_options.h"
#include "lint/unwanted_settings.h"
#include "lint/unwanted_variables.h"

namespace whittle {

extern const Rule kTlsGit;

namespace {

bool is_on(std::string_view value) {
  return !value.empty() && !is_off_value(value);
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_unwanted_variable(
      input, {&kTlsGit, "GIT_SSL_NO_VERIFY", is_on, "makes Git accept any certificate"}, findings);
  check_setting_off(
      input,
      {&kTlsGit, "git", "http.sslverify", "The command makes Git accept any certificate"},
      findings);
}

}  // namespace

const Rule kTlsGit = {
    {.name = "tls-git",
     .code = "WH3010",
     .aliases = "CKV2_DOCKER_14",
     .severity = Severity::Warning,
     .summary = "Git does not check certificates",
     .why = "Without a check of the certificate anybody between the build and the server decides "
            "which sources are cloned. An own authority is named by `http.sslCAInfo`.",
     .bad = "FROM debian:bookworm\nRUN git config --global http.sslVerify false && git clone "
            "https://example.com/x\n",
     .good = "FROM debian:bookworm\nRUN git clone https://example.com/x\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
