// COPY --from the stage it stands in.
#include "base/strings.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kCopyFromSelf;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const InstructionPlace& place : instructions_of(input, InstructionKind::Copy)) {
    const Flag* from = place.instruction->flag("from");
    uint32_t stage = place.instruction->stage;
    if (from == nullptr || stage >= input.file->stages.size()) continue;
    const std::string& name = input.file->stages[stage].name;
    bool is_own = (!name.empty() && equals_ignoring_case(from->value, name)) ||
                  from->value == std::to_string(stage);
    // A stage of the same name before it is the one that is meant.
    for (uint32_t i = 0; i < stage; ++i) {
      if (equals_ignoring_case(input.file->stages[i].name, from->value)) is_own = false;
    }
    if (!is_own) continue;
    findings.push_back(
        make_finding(kCopyFromSelf,
                     from->value_range,
                     in_ticks(from->value) + " is the stage of this COPY, the builder refuses it",
                     "Use `cp` in a RUN, or name another stage"));
  }
}

}  // namespace

const Rule kCopyFromSelf = {
    {.name = "copy-from-self",
     .code = "WH2105",
     .aliases = "DL3023 DS-0006",
     .severity = Severity::Error,
     .summary = "COPY --from names its own stage",
     .why = "A stage cannot copy from itself: the builder refuses the file, as it would need the "
            "stage's result before it is there. RUN `cp` copies within a stage.",
     .bad = "FROM debian:bookworm AS build\nCOPY --from=build /a /b\n",
     .good = "FROM debian:bookworm AS build\nRUN cp -r /a /b\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
