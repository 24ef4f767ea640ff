// What builds of Windows images do not know.
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"
#include "lint/stages.h"

namespace whittle {

extern const Rule kWindowsUnsupported;

namespace {

void add(Range range, std::string message, std::string help, std::vector<Finding>& findings) {
  findings.push_back(make_finding(kWindowsUnsupported, range, std::move(message), std::move(help)));
}

void check_instruction(const Instruction& one, std::vector<Finding>& findings) {
  bool is_copy = one.kind == InstructionKind::Copy || one.kind == InstructionKind::Add;
  for (const Flag& flag : one.flags) {
    if (one.kind == InstructionKind::Run && flag.name == "mount")
      add(flag.range,
          "`RUN --mount` is not there for Windows, the build ends",
          "Copy the file, and delete it in the same stage",
          findings);
    if (is_copy && (flag.name == "chown" || flag.name == "chmod"))
      add(flag.range,
          in_ticks("--" + flag.name) + " does nothing on Windows",
          "Set rights by `icacls` in a RUN",
          findings);
  }
  if (one.kind == InstructionKind::Stopsignal)
    add(one.range,
        "There are no signals on Windows, STOPSIGNAL does nothing",
        "Delete it",
        findings);
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const Instruction& one : input.file->instructions) {
    if (one.stage != Instruction::kNoStage && is_windows_stage(input, one.stage))
      check_instruction(one, findings);
  }
}

}  // namespace

const Rule kWindowsUnsupported = {
    {.name = "windows-unsupported",
     .code = "WH3707",
     .aliases = "no-stopsignal",
     .severity = Severity::Warning,
     .summary = "An instruction that does nothing, or cannot be built, for Windows",
     .why =
         "Images of Windows have neither owners in the sense of `--chown` nor modes nor signals, "
         "and its builder has no mounts: flags and instructions about them are ignored or end "
         "the build. A stage is of Windows when the name of its base image says so.",
     .bad = "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSTOPSIGNAL SIGTERM\n",
     .good = "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nCMD [\"cmd\"]\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
