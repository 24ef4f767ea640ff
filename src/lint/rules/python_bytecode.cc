// PYTHONDONTWRITEBYTECODE is not set.
#include <algorithm>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/image_names.h"
#include "lint/rules/rules.h"
#include "lint/run_edits.h"
#include "lint/stages.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kPythonBytecode;

namespace {

bool starts_python(const LintInput& input) {
  constexpr std::string_view kPrograms[] = {
      "python", "gunicorn", "uvicorn", "flask", "celery", "daphne", "hypercorn"};
  const Instruction* start = nullptr;
  for (const Instruction& instruction : input.file->instructions) {
    bool is_start =
        instruction.kind == InstructionKind::Cmd || instruction.kind == InstructionKind::Entrypoint;
    if (is_start && instruction.stage + 1 == input.file->stages.size()) start = &instruction;
  }
  if (start == nullptr) return false;
  std::string_view text = input.file->text(start->arguments);
  return std::any_of(std::begin(kPrograms), std::end(kPrograms), [&](std::string_view program) {
    return contains(text, program);
  });
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  if (input.file->stages.empty() || !starts_python(input) ||
      contains(input.file->source, "compileall"))
    return;
  const Environment& environment = input.evaluation.final_states.back().environment;
  if (environment.find("PYTHONDONTWRITEBYTECODE") || environment.find("PYTHONPYCACHEPREFIX"))
    return;
  const Instruction& from = input.file->instructions[input.file->stages.back().from];
  Finding finding = make_finding(kPythonBytecode,
                                 from.range,
                                 "Every new container compiles the modules again and stores them",
                                 "Set `PYTHONDONTWRITEBYTECODE=1`");
  uint32_t at = line_after(*input.file, from);
  bool has_line_end = at > 0 && input.file->source[at - 1] == '\n';
  if (has_line_end)
    finding.fix = make_fix("Set PYTHONDONTWRITEBYTECODE",
                           Applicability::Unsafe,
                           {insert_at(at, "ENV PYTHONDONTWRITEBYTECODE=1" + input.file->line_end)});
  findings.push_back(std::move(finding));
}

}  // namespace

const Rule kPythonBytecode = {
    {.name = "python-bytecode",
     .code = "WH3605",
     .aliases = "",
     .severity = Severity::Info,
     .summary = "Python writes bytecode into the container",
     .why = "At the first import Python stores compiled modules beside the sources, in the layer "
            "of the container: every new container does so again, and a file system that is "
            "read-only gets in the way. `PYTHONDONTWRITEBYTECODE=1` leaves it out; a program that "
            "starts often is better off with `python -m compileall` in the build.",
     .bad = "FROM python:3.12-slim\nCOPY app.conf /app/\nCMD [\"python3\", \"/app/main.py\"]\n",
     .good = "FROM python:3.12-slim\nENV PYTHONDONTWRITEBYTECODE=1\nCOPY app.conf /app/\nCMD "
             "[\"python3\", \"/app/main.py\"]\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
