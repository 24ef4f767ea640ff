// Stages with names that the builder uses itself.
#include "lint/findings.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kReservedStageName;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const Stage& stage : input.file->stages) {
    if (stage.name != "scratch" && stage.name != "context") continue;
    findings.push_back(make_finding(kReservedStageName,
                                    stage.name_range,
                                    in_ticks(stage.name) + " means something else to the builder",
                                    "Give the stage another name"));
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
     .is_lint_only = true},
    check,
};

}  // namespace whittle
