// Rails that runs as on a developer's machine.
#include <algorithm>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/stages.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kRailsEnvironment;

namespace {

bool starts_rails(const Instruction& one) {
  bool is_start = one.kind == InstructionKind::Cmd || one.kind == InstructionKind::Entrypoint;
  return is_start && (contains(one.text, "rails") || contains(one.text, "puma"));
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  if (input.file->stages.empty() || !contains(input.file->source, "rails")) return;
  std::string name = input.file->stages.back().name;
  if (contains(name, "dev") || contains(name, "test")) return;
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& one = input.file->instructions[i];
    if (!starts_rails(one) || !is_in_final_chain(input, one.stage)) continue;
    const Environment& set = input.evaluation.final_states.back().environment;
    bool is_known = std::any_of(set.env.begin(), set.env.end(), [](const auto& variable) {
      return variable.first == "RAILS_ENV" || variable.first == "RACK_ENV";
    });
    if (is_known || contains(one.text, "RAILS_ENV") || contains(one.text, "-e ")) return;
    Finding finding = make_finding(kRailsEnvironment,
                                   one.range,
                                   "Rails runs in its environment for development",
                                   "Set `RAILS_ENV=production`");
    finding.fix =
        make_fix("Set `RAILS_ENV=production`",
                 Applicability::Unsafe,
                 {insert_at(one.range.begin, "ENV RAILS_ENV=production" + input.file->line_end)});
    findings.push_back(std::move(finding));
    return;
  }
}

}  // namespace

const Rule kRailsEnvironment = {
    {.name = "rails-environment",
     .code = "WH3711",
     .aliases = "",
     .severity = Severity::Info,
     .summary = "Rails is started without RAILS_ENV",
     .why =
         "Without `RAILS_ENV` Rails runs for development: it reloads code at every request, shows "
         "the source in pages about errors, and wants the packages for development. Off unless "
         "asked for: the variable may be set where the container is started.",
     .bad = "FROM ruby:3.4-slim\nCMD [\"bin/rails\", \"server\"]\n",
     .good = "FROM ruby:3.4-slim\nENV RAILS_ENV=production\nCMD [\"bin/rails\", \"server\"]\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
