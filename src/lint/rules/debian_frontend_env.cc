// DEBIAN_FRONTEND outlives the build.
#include <utility>

#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"
#include "lint/set_variables.h"
#include "lint/stages.h"

namespace whittle {

extern const Rule kDebianFrontendEnv;

namespace {

// ARG for ENV: the variable then ends with its stage.
std::optional<Fix> arg_fix(const LintInput& input, const SetVariable& variable) {
  const Instruction& env = input.file->instructions[variable.index];
  std::string arg = "ARG DEBIAN_FRONTEND=" + *variable.value;
  if (env.pairs.size() == 1)
    return make_fix("Write ARG for ENV",
                    Applicability::Unsafe,
                    {{{env.keyword.begin, env.arguments.end}, arg}});
  if (!variable.drop) return std::nullopt;
  return make_fix(
      "Set it by ARG",
      Applicability::Unsafe,
      {{{env.range.begin, env.range.begin}, arg + input.file->line_end}, *variable.drop});
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  auto is_frontend = [](std::string_view name) { return name == "DEBIAN_FRONTEND"; };
  for (const SetVariable& variable : set_variables(input, is_frontend)) {
    const Instruction& env = input.file->instructions[variable.index];
    bool is_env = variable.kind == InstructionKind::Env && env.kind == InstructionKind::Env;
    if (!is_env || !is_image_stage(input, env.stage) || !variable.value) continue;
    // An ENV that sets it back to what it is without.
    if (variable.value->empty() || *variable.value == "dialog" || *variable.value == "newt")
      continue;
    if (input.evaluation.final_states.back().environment.find("DEBIAN_FRONTEND") != variable.value)
      continue;
    Finding finding = make_finding(
        kDebianFrontendEnv,
        variable.range,
        "`DEBIAN_FRONTEND` is set in every container, not only while the image is built",
        "Set it by ARG, or in the RUN that installs");
    finding.fix = arg_fix(input, variable);
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kDebianFrontendEnv = {
    {.name = "debian-frontend-env",
     .code = "WH3104",
     .aliases = "",
     .severity = Severity::Info,
     .summary = "ENV keeps `DEBIAN_FRONTEND` for every container",
     .why = "The variable is meant for the installs of the build. As ENV it is also set in every "
            "container and every image that is FROM this one, where somebody who installs by hand "
            "gets no questions. ARG holds to the end of the stage.",
     .bad = "FROM debian:bookworm\nENV DEBIAN_FRONTEND=noninteractive\nRUN apt-get update\n",
     .good = "FROM debian:bookworm\nARG DEBIAN_FRONTEND=noninteractive\nRUN apt-get update\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
