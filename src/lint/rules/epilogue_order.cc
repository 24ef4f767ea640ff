// STOPSIGNAL, HEALTHCHECK, ENTRYPOINT, CMD at the end of a stage.
#include <algorithm>
#include <numeric>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kEpilogueOrder;

namespace {

int rank_of(InstructionKind kind) {
  switch (kind) {
    case InstructionKind::Stopsignal:
      return 0;
    case InstructionKind::Healthcheck:
      return 1;
    case InstructionKind::Entrypoint:
      return 2;
    case InstructionKind::Cmd:
      return 3;
    default:
      return -1;
  }
}

// The instructions at the end of the stage that the order is about.
std::vector<size_t> epilogue_of(const LintInput& input, const Stage& stage) {
  std::vector<size_t> indices;
  for (uint32_t i = stage.end; i-- > stage.from + 1;) {
    if (rank_of(input.file->instructions[i].kind) < 0) break;
    indices.insert(indices.begin(), i);
  }
  return indices;
}

// Nothing but line ends and blanks between them: a comment belongs to the instruction below it.
bool has_comments(const LintInput& input, const std::vector<size_t>& indices) {
  for (size_t k = 0; k < indices.size(); ++k) {
    const Instruction& instruction = input.file->instructions[indices[k]];
    if (!instruction.comments.empty() || !instruction.heredocs.empty()) return true;
    if (k == 0) continue;
    Range gap{input.file->instructions[indices[k - 1]].range.end, instruction.range.begin};
    if (!trim(input.file->text(gap)).empty()) return true;
  }
  return false;
}

void check_stage(const LintInput& input, const Stage& stage, std::vector<Finding>& findings) {
  std::vector<size_t> indices = epilogue_of(input, stage);
  std::vector<size_t> sorted = indices;
  auto rank = [&](size_t i) { return rank_of(input.file->instructions[i].kind); };
  std::stable_sort(
      sorted.begin(), sorted.end(), [&](size_t a, size_t b) { return rank(a) < rank(b); });
  if (sorted == indices) return;
  bool is_repeated = std::adjacent_find(sorted.begin(), sorted.end(), [&](size_t a, size_t b) {
                       return rank(a) == rank(b);
                     }) != sorted.end();
  Range all{input.file->instructions[indices.front()].range.begin,
            input.file->instructions[indices.back()].range.end};
  Finding finding =
      make_finding(kEpilogueOrder,
                   all,
                   "The instructions that start the container are not in the usual order",
                   "Order them: STOPSIGNAL, HEALTHCHECK, ENTRYPOINT, CMD");
  if (!is_repeated && !has_comments(input, indices)) {
    std::vector<Edit> edits;
    for (size_t k = 0; k < indices.size(); ++k) {
      if (indices[k] == sorted[k]) continue;
      edits.push_back({input.file->instructions[indices[k]].range,
                       std::string(input.file->text(input.file->instructions[sorted[k]].range))});
    }
    finding.fix = make_fix("Put them in the usual order", Applicability::Safe, std::move(edits));
  }
  findings.push_back(std::move(finding));
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const Stage& stage : input.file->stages) check_stage(input, stage, findings);
}

}  // namespace

const Rule kEpilogueOrder = {
    {.name = "epilogue-order",
     .code = "WH3407",
     .aliases = "",
     .severity = Severity::Style,
     .summary = "What starts the container is not in the usual order",
     .why = "At the end of a stage a reader looks for STOPSIGNAL, HEALTHCHECK, ENTRYPOINT and CMD, "
            "in this order: how the container ends, whether it works, what it runs, with which "
            "arguments. The order changes nothing in the image.",
     .bad = "FROM debian:bookworm\nCMD [\"-h\"]\nENTRYPOINT [\"ls\"]\n",
     .good = "FROM debian:bookworm\nENTRYPOINT [\"ls\"]\nCMD [\"-h\"]\n",
     .fixes = kSafeFix,
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
