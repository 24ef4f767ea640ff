// Node.js that takes any certificate.
#include "lint/rules/rules.h"
#include "lint/unwanted_variables.h"

namespace whittle {

extern const Rule kTlsNode;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_unwanted_variable(input,
                          {&kTlsNode,
                           "NODE_TLS_REJECT_UNAUTHORIZED",
                           is_switched_off,
                           "makes Node.js accept any certificate"},
                          findings);
}

}  // namespace

const Rule kTlsNode = {
    {.name = "tls-node",
     .code = "WH3008",
     .aliases = "CKV2_DOCKER_6",
     .severity = Severity::Warning,
     .summary = "Node.js does not check certificates",
     .why = "`NODE_TLS_REJECT_UNAUTHORIZED=0` makes every connection of Node.js accept any "
            "certificate; as ENV it does so in every container too. An own authority is named by "
            "`NODE_EXTRA_CA_CERTS`.",
     .bad = "FROM node:22\nENV NODE_TLS_REJECT_UNAUTHORIZED=0\n",
     .good = "FROM node:22\nENV NODE_EXTRA_CA_CERTS=/etc/ssl/ca.pem\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
