// COPY from a stage in which there is nothing.
#include <algorithm>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kCopyFromEmptyScratch;

namespace {

const Stage* stage_named(const LintInput& input, uint32_t before, std::string_view name) {
  std::optional<uint64_t> number = parse_u64(name);
  const Stage* found = nullptr;
  for (uint32_t i = 0; i < before; ++i) {
    const Stage& stage = input.file->stages[i];
    if (equals_ignoring_case(stage.name, name) || (number && *number == i)) found = &stage;
  }
  return found;
}

// FROM scratch, and nothing behind it that makes a file or a folder.
bool is_empty(const LintInput& input, const Stage& stage) {
  if (input.evaluation.parent_stage[stage.index] >= 0 ||
      input.evaluation.stage_bases[stage.index] != "scratch")
    return false;
  auto begin = input.file->instructions.begin();
  return std::none_of(begin + stage.from + 1, begin + stage.end, [](const Instruction& one) {
    return one.kind == InstructionKind::Copy || one.kind == InstructionKind::Add ||
           one.kind == InstructionKind::Run || one.kind == InstructionKind::Workdir ||
           one.kind == InstructionKind::Unknown;
  });
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const InstructionPlace& place : instructions_of(input, InstructionKind::Copy)) {
    const Flag* from = place.instruction->flag("from");
    if (from == nullptr || place.instruction->stage >= input.file->stages.size()) continue;
    const Stage* stage = stage_named(input, place.instruction->stage, from->value);
    if (stage == nullptr || !is_empty(input, *stage)) continue;
    findings.push_back(
        make_finding(kCopyFromEmptyScratch,
                     from->value_range,
                     "There is no file in the stage " + in_ticks(from->value) + ", which is empty",
                     "Copy from the stage that makes the file"));
  }
}

}  // namespace

const Rule kCopyFromEmptyScratch = {
    {.name = "copy-from-empty-scratch",
     .code = "WH2116",
     .aliases = "copy-from-empty-scratch-stage",
     .severity = Severity::Error,
     .summary = "COPY --from a stage that holds no file",
     .why = "A stage FROM scratch holds what its COPY, ADD and RUN put there and nothing else. "
            "Without one of them whatever is copied from it is missing, and the build ends.",
     .bad = "FROM scratch AS files\nLABEL a=b\nFROM debian:bookworm\nCOPY --from=files /a /a\n",
     .good = "FROM scratch AS files\nCOPY app.conf /a\nFROM debian:bookworm\nCOPY --from=files /a "
             "/a\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
