// WORKDIR in a folder of the system.
#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"
#include "lint/stages.h"

namespace whittle {

extern const Rule kWorkdirSystemDir;

namespace {

constexpr std::string_view kFolders =
    "/bin /sbin /lib /lib64 /boot /dev /proc /sys /usr/bin /usr/sbin /usr/lib";

bool is_system_folder(const std::string& path) {
  if (is_one_of(kFolders, path)) return true;
  std::string top = path.substr(0, path.find('/', 1));
  return top == "/proc" || top == "/sys" || top == "/dev" || top == "/boot";
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& workdir = input.file->instructions[i];
    if (workdir.kind != InstructionKind::Workdir || workdir.words.empty() ||
        !is_image_stage(input, workdir.stage))
      continue;
    if (!known_value(input, i, workdir.words[0].text)) continue;
    const std::vector<InstructionState>& states = input.evaluation.states;
    bool is_last = i + 1 >= input.file->stages[workdir.stage].end;
    const std::string& path = is_last ? input.evaluation.final_states[workdir.stage].working_dir
                                      : states[i + 1].working_dir;
    if (!is_system_folder(path)) continue;
    findings.push_back(make_finding(kWorkdirSystemDir,
                                    workdir.arguments,
                                    in_ticks(path) + " is a folder of the system",
                                    "Work in a folder of your own"));
  }
}

}  // namespace

const Rule kWorkdirSystemDir = {
    {.name = "workdir-system-dir",
     .code = "WH3303",
     .aliases = "DS-0030",
     .severity = Severity::Warning,
     .summary = "WORKDIR in a folder of the system",
     .why = "A program that works in `/proc`, `/dev`, `/boot` or among the programs of the system "
            "writes its files where the system looks for its own, or where nothing can be written "
            "at all.",
     .bad = "FROM debian:bookworm\nWORKDIR /usr/bin\n",
     .good = "FROM debian:bookworm\nWORKDIR /app\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
