// wget that takes any certificate.
#include "lint/rules/rules.h"
#include "lint/unwanted_options.h"

namespace whittle {

extern const Rule kTlsWget;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  static const UnwantedOption kUnwanted = {
      &kTlsWget,
      "wget",
      "--no-check-certificate",
      "-O -o -P --output-document --header",
      "accepts any certificate, so that anybody on the way can answer"};
  check_unwanted_options(input, kUnwanted, findings);
}

}  // namespace

const Rule kTlsWget = {
    {.name = "tls-wget",
     .code = "WH3002",
     .aliases = "CKV2_DOCKER_3",
     .severity = Severity::Warning,
     .summary = "`wget` does not check certificates",
     .why = "Without a check of the certificate anybody between the build and the server can hand "
            "in another file. In most images the package `ca-certificates` is all that is missing.",
     .bad = "FROM debian:bookworm\nRUN wget --no-check-certificate https://example.com/x\n",
     .good = "FROM debian:bookworm\nRUN wget -q https://example.com/x\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
