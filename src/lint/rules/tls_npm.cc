// npm and Yarn that take any certificate.
#include "lint/rules/rules.h"
#include "lint/unwanted_options.h"
#include "lint/unwanted_settings.h"
#include "lint/unwanted_variables.h"

namespace whittle {

extern const Rule kTlsNpm;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_unwanted_variable(
      input,
      {&kTlsNpm, "NPM_CONFIG_STRICT_SSL", is_off_value, "makes npm accept any certificate", true},
      findings);
  check_setting_off(input,
                    {&kTlsNpm,
                     "npm yarn pnpm",
                     "strict-ssl",
                     "The command makes the package manager accept any certificate"},
                    findings);
}

}  // namespace

const Rule kTlsNpm = {
    {.name = "tls-npm",
     .code = "WH3009",
     .aliases = "CKV2_DOCKER_12 CKV2_DOCKER_13",
     .severity = Severity::Warning,
     .summary = "npm or Yarn does not check certificates",
     .why = "With `strict-ssl` off, anybody between the build and the registry decides which "
            "packages are installed. An own authority is named by `cafile`.",
     .bad = "FROM node:22\nRUN npm config set strict-ssl false && npm ci\n",
     .good = "FROM node:22\nRUN npm config set cafile /etc/ssl/ca.pem && npm ci\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
