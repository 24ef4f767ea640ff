// A stage with more than one CMD.
#include "lint/findings.h"
#include "lint/overridden.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kMultipleCmd;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_overridden(input, kMultipleCmd, InstructionKind::Cmd, findings);
}

}  // namespace

const Rule kMultipleCmd = {
    {.name = "multiple-cmd",
     .code = "WH2110",
     .aliases = "DL4003 DS-0016 MultipleInstructionsDisallowed MULTIPLE_INSTRUCTIONS",
     .severity = Severity::Warning,
     .summary = "More than one CMD in a stage",
     .why =
         "Only the last CMD of a stage counts. The ones before it do nothing and mislead whoever "
         "reads them, so that the finding stands at those; deleting them changes nothing.",
     .bad = "FROM debian:bookworm\nCMD [\"a\"]\nCMD [\"b\"]\n",
     .good = "FROM debian:bookworm\nCMD [\"b\"]\n",
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
