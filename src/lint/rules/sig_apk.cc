// apk that takes packages without a signature.
#include "lint/rules/rules.h"
#include "lint/unwanted_options.h"

namespace whittle {

extern const Rule kSigApk;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  static const UnwantedOption kUnwanted = {&kSigApk,
                                           "apk",
                                           "--allow-untrusted",
                                           "-t --virtual -X --repository -p --root --arch",
                                           "installs packages that nobody has signed"};
  check_unwanted_options(input, kUnwanted, findings);
}

}  // namespace

const Rule kSigApk = {
    {.name = "sig-apk",
     .code = "WH3003",
     .aliases = "CKV2_DOCKER_7",
     .severity = Severity::Warning,
     .summary = "`apk` installs packages without a valid signature",
     .why = "A package without a signature of a known key may come from anybody. Keys of own "
            "repositories belong into `/etc/apk/keys`.",
     .bad = "FROM alpine:3.20\nRUN apk add --no-cache --allow-untrusted /tmp/x.apk\n",
     .good = "FROM alpine:3.20\nRUN apk add --no-cache /tmp/x.apk\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
