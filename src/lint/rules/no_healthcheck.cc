// An image that does not say how to tell whether it works.
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/stages.h"

namespace whittle {

extern const Rule kNoHealthcheck;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  if (input.file->stages.empty()) return;
  for (const Instruction& instruction : input.file->instructions) {
    if (instruction.kind == InstructionKind::Healthcheck &&
        is_in_final_chain(input, instruction.stage))
      return;
  }
  const Instruction& from = input.file->instructions[input.file->stages.back().from];
  findings.push_back(make_finding(kNoHealthcheck,
                                  from.range,
                                  "The image has no HEALTHCHECK of its own",
                                  "Add `HEALTHCHECK CMD [...]` or `HEALTHCHECK NONE`"));
}

}  // namespace

const Rule kNoHealthcheck = {
    {.name = "no-healthcheck",
     .code = "WH2123",
     .aliases = "DL3057 CIS-DI-0006 DS-0026 CKV_DOCKER_2",
     .severity = Severity::Warning,
     .summary = "No HEALTHCHECK",
     .why = "Docker and Compose restart or wait by the HEALTHCHECK of the image. Off unless asked "
            "for: Kubernetes and most other platforms have checks of their own and ignore it.",
     .bad = "FROM debian:bookworm\nCMD [\"nginx\"]\n",
     .good = "FROM debian:bookworm\nHEALTHCHECK CMD [\"curl\", \"-f\", \"http://localhost/\"]\nCMD "
             "[\"nginx\"]\n",
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
