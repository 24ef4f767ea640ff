// RUN in shell form in an empty image.
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/stages.h"

namespace whittle {

extern const Rule kRunInScratch;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const Stage& stage : input.file->stages) {
    if (input.evaluation.parent_stage[stage.index] >= 0 ||
        input.evaluation.stage_bases[stage.index] != "scratch")
      continue;
    for (uint32_t i = stage.from + 1; i < stage.end; ++i) {
      const Instruction& instruction = input.file->instructions[i];
      // What is copied may bring a shell.
      if (instruction.kind == InstructionKind::Copy || instruction.kind == InstructionKind::Add)
        break;
      if (instruction.kind != InstructionKind::Run || instruction.form == ArgumentForm::Json ||
          instruction.flag("mount") != nullptr)
        continue;
      findings.push_back(make_finding(kRunInScratch,
                                      instruction.range,
                                      "The image is empty, there is no shell that could run this",
                                      "Run it in another stage, and copy what it makes"));
      break;
    }
  }
}

}  // namespace

const Rule kRunInScratch = {
    {.name = "run-in-scratch",
     .code = "WH3506",
     .aliases = "shell-run-in-scratch",
     .severity = Severity::Error,
     .summary = "A RUN where there is no shell",
     .why = "An image FROM scratch is empty: there is no `/bin/sh` that could run the command, and "
            "the build ends. Files are put there by COPY from another stage.",
     .bad = "FROM scratch\nRUN echo hello\n",
     .good = "FROM debian:bookworm AS build\nRUN make\nFROM scratch\nCOPY --from=build /a /a\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
