// Stage names in upper case.
#include "base/strings.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"
#include "lint/stage_names.h"

namespace whittle {

extern const Rule kStageNameCasing;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const Stage& stage : input.file->stages) {
    std::string_view written = input.file->text(stage.name_range);
    if (stage.name.empty() || written == stage.name) continue;
    Finding finding = make_finding(kStageNameCasing,
                                   stage.name_range,
                                   in_ticks(written) + " is kept as " + in_ticks(stage.name),
                                   "Write it in lower case");
    finding.fix = make_fix(
        "Write it in lower case", Applicability::Safe, rename_stage(input, stage, stage.name));
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
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
