// Stage names in upper case.
#include "base/strings.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kStageNameCasing;

namespace {

// The words of the file that name the stage, its own included.
std::vector<Edit> lower_case_edits(const LintInput& input, const Stage& stage) {
  const Dockerfile& file = *input.file;
  std::vector<Edit> edits;
  auto add = [&](Range range) {
    std::string_view text = file.text(range);
    if (text != stage.name && equals_ignoring_case(text, stage.name))
      edits.push_back({range, stage.name});
  };
  add(stage.name_range);
  for (uint32_t i = stage.from + 1; i < file.instructions.size(); ++i) {
    const Instruction& instruction = file.instructions[i];
    const Flag* from = instruction.flag("from");
    if (instruction.kind == InstructionKind::From && !instruction.words.empty())
      add(instruction.words[0].range);
    if (instruction.kind == InstructionKind::Copy && from != nullptr) add(from->value_range);
  }
  return edits;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const Stage& stage : input.file->stages) {
    std::string_view written = input.file->text(stage.name_range);
    if (stage.name.empty() || written == stage.name) continue;
    Finding finding = make_finding(kStageNameCasing,
                                   stage.name_range,
                                   in_ticks(written) + " is kept as " + in_ticks(stage.name),
                                   "Write it in lower case");
    finding.fix =
        make_fix("Write it in lower case", Applicability::Safe, lower_case_edits(input, stage));
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kStageNameCasing = {
    {.name = "stage-name-casing",
     .code = "WH2212",
     .aliases = "StageNameCasing",
     .severity = Severity::Style,
     .summary = "A stage's name is not in lower case",
     .why = "Names of stages are kept in lower case and found in any case, so that `Build` and "
            "`build` are the same stage. Written in one way they can be searched for.",
     .bad = "FROM debian:bookworm AS Build\nFROM debian:bookworm\nCOPY --from=Build /a /b\n",
     .good = "FROM debian:bookworm AS build\nFROM debian:bookworm\nCOPY --from=build /a /b\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
