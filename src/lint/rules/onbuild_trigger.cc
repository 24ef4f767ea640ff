// Triggers that ONBUILD does not take.
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kOnbuildTrigger;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const Instruction& instruction : input.file->instructions) {
    for (const Instruction& trigger : instruction.onbuild) {
      bool is_refused = trigger.kind == InstructionKind::Onbuild ||
                        trigger.kind == InstructionKind::From ||
                        trigger.kind == InstructionKind::Maintainer;
      if (!is_refused) continue;
      findings.push_back(make_finding(
          kOnbuildTrigger,
          trigger.keyword,
          in_ticks(keyword_of(trigger.kind)) + " cannot be a trigger, the builder refuses it",
          "Drop it"));
    }
  }
}

}  // namespace

const Rule kOnbuildTrigger = {
    {.name = "onbuild-trigger",
     .code = "WH2114",
     .aliases =
         "DL3043 ONBUILD_CHAINING_DISALLOWED ONBUILD_TRIGGER_DISALLOWED invalid-onbuild-trigger",
     .severity = Severity::Error,
     .summary = "ONBUILD with ONBUILD, FROM or MAINTAINER",
     .why = "The builder refuses ONBUILD as a trigger of itself, and FROM and MAINTAINER, which "
            "cannot stand in the middle of another build.",
     .bad = "FROM debian:bookworm\nONBUILD MAINTAINER me\n",
     .good = "FROM debian:bookworm\nONBUILD LABEL maintainer=me\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
