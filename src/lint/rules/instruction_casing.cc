// Keywords in different cases.
#include "base/strings.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kInstructionCasing;

namespace {

bool is_lower(const std::string& keyword) {
  return keyword == to_lower(keyword);
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  size_t lower = 0;
  size_t upper = 0;
  for (const Instruction& instruction : input.file->instructions) {
    if (is_lower(instruction.keyword_text)) {
      ++lower;
    } else if (instruction.keyword_text == to_upper(instruction.keyword_text)) {
      ++upper;
    }
  }
  for (const Instruction& instruction : input.file->instructions) {
    const std::string& written = instruction.keyword_text;
    std::string wanted = lower > upper ? to_lower(written) : to_upper(written);
    if (instruction.kind == InstructionKind::Unknown || written == wanted) continue;
    Finding finding = make_finding(kInstructionCasing,
                                   instruction.keyword,
                                   in_ticks(written) + " is cased unlike most keywords of the file",
                                   "Write " + in_ticks(wanted));
    if (input.file->text(instruction.keyword) == written) {
      finding.fix = make_fix(
          "Write " + in_ticks(wanted), Applicability::Safe, {{instruction.keyword, wanted}});
    }
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kInstructionCasing = {
    {.name = "instruction-casing",
     .code = "WH2214",
     .aliases = "ConsistentInstructionCasing uppercase_commands CASING_INSTRUCTION",
     .severity = Severity::Style,
     .summary = "A keyword is cased unlike the others",
     .why = "Keywords are the same in any case; written in one way they are found at a glance. The "
            "majority of the file decides, and capitals when it is even.",
     .bad = "FROM debian:bookworm\nrun make\n",
     .good = "FROM debian:bookworm\nRUN make\n",
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
