// Stages with names that the builder uses itself.
#include <algorithm>

#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/stage_names.h"

namespace whittle {

extern const Rule kReservedStageName;

namespace {

// The name, with a number behind it when a stage has it already.
std::string free_name(const LintInput& input, const std::string& wanted) {
  std::string name = wanted;
  for (size_t number = 2; number < input.file->stages.size() + 3; ++number) {
    bool is_taken = std::any_of(input.file->stages.begin(),
                                input.file->stages.end(),
                                [&](const Stage& stage) { return stage.name == name; });
    if (!is_taken) break;
    name = wanted + std::to_string(number);
  }
  return name;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const Stage& stage : input.file->stages) {
    if (stage.name != "scratch" && stage.name != "context") continue;
    Finding finding = make_finding(kReservedStageName,
                                   stage.name_range,
                                   in_ticks(stage.name) + " means something else to the builder",
                                   "Give the stage another name");
    std::string name = free_name(input, stage.name + "-stage");
    finding.fix = make_fix(
        "Call it " + in_ticks(name), Applicability::Unsafe, rename_stage(input, stage, name));
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kReservedStageName = {
    {.name = "reserved-stage-name",
     .code = "WH2211",
     .aliases = "DL3063 ReservedStageName",
     .severity = Severity::Warning,
     .summary = "A stage is called `scratch` or `context`",
     .why = "`FROM scratch` is the empty image and `context` the build context, so that a stage of "
            "that name cannot be told from them.",
     .bad = "FROM debian:bookworm AS context\n",
     .good = "FROM debian:bookworm AS sources\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
