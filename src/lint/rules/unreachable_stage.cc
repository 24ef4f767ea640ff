// Stages that nothing needs.
#include <vector>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kUnreachableStage;

namespace {

// Numbers of stages that a COPY or a mount of the instruction takes from.
bool takes_from(const LintInput& input, const Instruction& instruction, uint32_t stage) {
  std::string number = std::to_string(stage);
  for (const Flag& flag : instruction.flags) {
    if (flag.name == "from" && flag.value == number) return true;
    if (flag.name == "mount" && contains("," + flag.value + ",", ",from=" + number + ","))
      return true;
    // A variable may say anything.
    if ((flag.name == "from" || flag.name == "mount") && contains(flag.value, "$")) return true;
  }
  for (const Instruction& trigger : instruction.onbuild) {
    if (takes_from(input, trigger, stage)) return true;
  }
  return false;
}

bool is_used(const LintInput& input, uint32_t stage) {
  for (int parent : input.evaluation.parent_stage) {
    if (parent == static_cast<int>(stage)) return true;
  }
  for (const Instruction& instruction : input.file->instructions) {
    if (instruction.stage != stage && takes_from(input, instruction, stage)) return true;
  }
  return false;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (uint32_t stage = 0; stage + 1 < input.file->stages.size(); ++stage) {
    const Stage& at = input.file->stages[stage];
    if (!at.name.empty() || is_used(input, stage)) continue;
    Finding finding =
        make_finding(kUnreachableStage,
                     input.file->instructions[at.from].range,
                     "Nothing uses this stage, and without a name nobody can ask for it",
                     "Delete it, or name it");
    uint32_t end = input.file->instructions[input.file->stages[stage + 1].from].range.begin;
    uint32_t begin = input.file->instructions[at.from].range.begin;
    bool has_comment = false;
    for (const Token& token : input.file->tokens)
      has_comment = has_comment || (token.kind == TokenKind::Comment &&
                                    begin <= token.range.begin && token.range.end <= end);
    bool is_number_used = false;
    for (uint32_t other = stage + 1; other < input.file->stages.size(); ++other) {
      for (const Instruction& instruction : input.file->instructions)
        is_number_used = is_number_used || takes_from(input, instruction, other);
    }
    if (!has_comment && !is_number_used)
      finding.fix = make_fix("Delete the stage", Applicability::Unsafe, {{{begin, end}, ""}});
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kUnreachableStage = {
    {.name = "unreachable-stage",
     .code = "WH3505",
     .aliases = "no-unreachable-stages",
     .severity = Severity::Info,
     .summary = "A stage without a name that nothing uses",
     .why = "Neither the last stage nor anything it is made of comes from this one, and without a "
            "name it cannot be asked for by `--target`: it is built for nobody. A stage with a "
            "name may be a target of its own.",
     .bad = "FROM debian:bookworm\nRUN make\nFROM debian:bookworm-slim\nCMD [\"a\"]\n",
     .good = "FROM debian:bookworm AS build\nRUN make\nFROM debian:bookworm-slim\nCOPY "
             "--from=build /a /a\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
