// Two stages of one name.
#include <map>
#include <string>

#include "lint/findings.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kDuplicateStageName;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  std::map<std::string, uint32_t> first_line;
  for (const Stage& stage : input.file->stages) {
    if (stage.name.empty()) continue;
    uint32_t line = input.file->instructions[stage.from].first_line;
    auto [found, is_new] = first_line.try_emplace(stage.name, line);
    if (is_new) continue;
    findings.push_back(make_finding(kDuplicateStageName,
                                    stage.name_range,
                                    "The stage of line " + std::to_string(found->second) +
                                        " has the name " + in_ticks(stage.name) + " as well",
                                    "Give it another name"));
  }
}

}  // namespace

const Rule kDuplicateStageName = {
    {.name = "duplicate-stage-name",
     .code = "WH2210",
     .aliases = "DL3024 DuplicateStageName DS-0012 CKV_DOCKER_11 DUPLICATE_BUILD_STAGE_NAME",
     .severity = Severity::Error,
     .summary = "Two stages share a name",
     .why = "A name stands for the stage before that has it last, so that `COPY --from` means one "
            "stage above a line and another below it; the builder's `--target` finds only one of "
            "them. Names are the same in any case of their letters.",
     .bad = "FROM debian:bookworm AS build\nFROM debian:bookworm AS build\n",
     .good = "FROM debian:bookworm AS build\nFROM debian:bookworm AS test\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
