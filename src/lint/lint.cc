#include "lint/lint.h"

#include "lint/suppress.h"

namespace whittle {

namespace {

bool has_script(const Instruction& instruction) {
  switch (instruction.kind) {
    case InstructionKind::Run:
    case InstructionKind::Cmd:
    case InstructionKind::Entrypoint:
    case InstructionKind::Healthcheck:
      return true;
    default:
      return false;
  }
}

}  // namespace

LintInput make_lint_input(const Dockerfile& file,
                          const std::vector<std::pair<std::string, std::string>>& build_args,
                          const Limits& limits) {
  LintInput input;
  input.file = &file;
  input.evaluation = evaluate(file, build_args);
  apply_shell_pragmas(file, input.evaluation);
  input.scripts.resize(file.instructions.size());
  input.commands.resize(file.instructions.size());
  input.onbuild_scripts.resize(file.instructions.size());
  input.onbuild_commands.resize(file.instructions.size());
  for (size_t i = 0; i < file.instructions.size(); ++i) {
    for (const Instruction& trigger : file.instructions[i].onbuild) {
      if (trigger.kind != InstructionKind::Run) continue;
      input.onbuild_scripts[i] = parse_run(file, trigger, input.evaluation.states[i].shell, limits);
      input.onbuild_commands[i] = simple_commands(input.onbuild_scripts[i]);
    }
    if (!has_script(file.instructions[i])) continue;
    input.scripts[i] =
        parse_run(file, file.instructions[i], input.evaluation.states[i].shell, limits);
    input.commands[i] = simple_commands(input.scripts[i]);
  }
  input.original_line = [](uint32_t line) { return line; };
  return input;
}

}  // namespace whittle
