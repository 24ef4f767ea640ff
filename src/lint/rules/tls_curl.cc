// curl that takes any certificate.
#include "lint/rules/rules.h"
#include "lint/unwanted_options.h"

namespace whittle {

extern const Rule kTlsCurl;

namespace {

constexpr std::string_view kValues =
    "-A -b -c -C -d -D -e -E -F -h -H -K -m -o -P -Q -r -t -T -u -U -w -x -X -y -Y -z --output "
    "--header "
    "--user --data --request --user-agent --cacert --cert --key --retry --max-time --proxy "
    "--write-out";

void check(const LintInput& input, std::vector<Finding>& findings) {
  static const UnwantedOption kUnwanted = {
      &kTlsCurl,
      "curl",
      "-k --insecure --proxy-insecure",
      kValues,
      "accepts any certificate, so that anybody on the way can answer"};
  check_unwanted_options(input, kUnwanted, findings);
}

}  // namespace

const Rule kTlsCurl = {
    {.name = "tls-curl",
     .code = "WH3001",
     .aliases = "CKV2_DOCKER_2",
     .severity = Severity::Warning,
     .summary = "`curl` does not check certificates",
     .why = "Without a check of the certificate anybody between the build and the server can hand "
            "in another file, which then runs in every container. A server with an own authority "
            "is reached with `--cacert`.",
     .bad = "FROM debian:bookworm\nRUN curl -k -o /x https://example.com/x\n",
     .good = "FROM debian:bookworm\nRUN curl -o /x https://example.com/x\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
