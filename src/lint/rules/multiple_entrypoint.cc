// A stage with more than one ENTRYPOINT.
#include "lint/findings.h"
#include "lint/overridden.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kMultipleEntrypoint;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_overridden(input, kMultipleEntrypoint, InstructionKind::Entrypoint, findings);
}

}  // namespace

const Rule kMultipleEntrypoint = {
    {.name = "multiple-entrypoint",
     .code = "WH2111",
     .aliases = "DL4004 DS-0007 MultipleInstructionsDisallowed MULTIPLE_INSTRUCTIONS",
     .severity = Severity::Error,
     .summary = "More than one ENTRYPOINT in a stage",
     .why =
         "Only the last ENTRYPOINT of a stage counts. The ones before it do nothing and mislead "
         "whoever reads them, so that the finding stands at those; deleting them changes nothing.",
     .bad = "FROM debian:bookworm\nENTRYPOINT [\"a\"]\nENTRYPOINT [\"b\"]\n",
     .good = "FROM debian:bookworm\nENTRYPOINT [\"b\"]\n",
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
