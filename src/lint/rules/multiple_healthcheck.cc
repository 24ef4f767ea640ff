// A stage with more than one HEALTHCHECK.
#include "lint/findings.h"
#include "lint/overridden.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kMultipleHealthcheck;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_overridden(input, kMultipleHealthcheck, InstructionKind::Healthcheck, findings);
}

}  // namespace

const Rule kMultipleHealthcheck = {
    {.name = "multiple-healthcheck",
     .code = "WH2112",
     .aliases = "DL3012 DS-0023 MultipleInstructionsDisallowed MULTIPLE_INSTRUCTIONS",
     .severity = Severity::Error,
     .summary = "More than one HEALTHCHECK in a stage",
     .why =
         "Only the last HEALTHCHECK of a stage counts. The ones before it do nothing and mislead "
         "whoever reads them, so that the finding stands at those; deleting them changes nothing.",
     .bad = "FROM debian:bookworm\nHEALTHCHECK CMD [\"a\"]\nHEALTHCHECK CMD [\"b\"]\n",
     .good = "FROM debian:bookworm\nHEALTHCHECK CMD [\"b\"]\n",
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
