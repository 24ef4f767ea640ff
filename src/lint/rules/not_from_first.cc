// Instructions without an image to work on.
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kNotFromFirst;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const Instruction& instruction : input.file->instructions) {
    if (instruction.kind == InstructionKind::From) return;
    if (instruction.kind == InstructionKind::Arg || instruction.kind == InstructionKind::Unknown)
      continue;
    findings.push_back(make_finding(kNotFromFirst,
                                    instruction.keyword,
                                    in_ticks(keyword_of(instruction.kind)) +
                                        " stands in front of the first FROM, the builder refuses "
                                        "it",
                                    "Move it behind FROM"));
  }
}

}  // namespace

const Rule kNotFromFirst = {
    {.name = "not-from-first",
     .code = "WH2115",
     .aliases = "DL3061 from_first NO_SOURCE_IMAGE",
     .severity = Severity::Error,
     .summary = "An instruction in front of the first FROM",
     .why = "Only ARG may stand in front of the first FROM. Everything else works on an image, and "
            "there is none yet: the builder refuses the file.",
     .bad = "RUN make\nFROM debian:bookworm\n",
     .good = "ARG TAG=bookworm\nFROM debian:${TAG}\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
