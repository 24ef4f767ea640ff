// Build tools in the last stage.
#include <algorithm>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/package_commands.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/stages.h"

namespace whittle {

extern const Rule kPreferMultiStage;

namespace {

constexpr std::string_view kCompilers =
    "gcc g++ clang make cmake build-essential build-base musl-dev libc6-dev libc-dev gcc-c++ "
    "golang golang-go go rustc cargo rust "
    "maven gradle ninja-build ninja autoconf automake libtool bison flex nasm default-jdk "
    "openjdk-8-jdk openjdk-11-jdk "
    "openjdk-17-jdk openjdk-21-jdk openjdk8 openjdk11 openjdk17 openjdk21 base-devel";

// The name without a version: "gcc=4:12" and "gcc-12".
std::string bare_name(std::string_view package) {
  std::string name(package.substr(0, package.find_first_of("=<>~:")));
  size_t dash = name.rfind('-');
  bool is_versioned = dash != std::string::npos && dash + 1 < name.size() &&
                      name.find_first_not_of("0123456789.", dash + 1) == std::string::npos;
  return is_versioned ? name.substr(0, dash) : name;
}

// The RUN, or a later one, takes packages away again.
bool removes_packages(const LintInput& input, size_t index) {
  std::vector<PackageCommand> commands = package_commands(input, index);
  return std::any_of(commands.begin(), commands.end(), [](const PackageCommand& command) {
    return is_one_of("purge remove autoremove del erase", command.action);
  });
}

const ShellWord* first_compiler(const LintInput& input, size_t index) {
  for (const PackageCommand& command : package_commands(input, index)) {
    bool is_system = command.tool == PackageTool::Apt || command.tool == PackageTool::Apk ||
                     command.tool == PackageTool::Dnf || command.tool == PackageTool::Yum ||
                     command.tool == PackageTool::Microdnf || command.tool == PackageTool::Zypper;
    if (!is_system || !is_install(command) || command.action_at >= command.words.size()) continue;
    CommandWords line = read_command_words(
        command.words, command.action_at + 1, "-t --virtual -o -X --repository --setopt");
    if (line.has("-t --virtual") && command.tool == PackageTool::Apk)
      continue;  // a group to be deleted
    for (const ShellWord* word : line.operands) {
      if (word->value && is_one_of(kCompilers, bare_name(*word->value))) return word;
    }
  }
  return nullptr;
}

// A stage that says that people work in it, or that starts nothing.
bool is_for_development(const LintInput& input, const Stage& stage) {
  std::string name = to_lower(stage.name);
  return contains(name, "dev") || contains(name, "build") || contains(name, "test") ||
         contains(name, "ci") || input.file->stages.empty();
}

bool starts_something(const LintInput& input) {
  return std::any_of(input.file->instructions.begin(),
                     input.file->instructions.end(),
                     [&](const Instruction& instruction) {
                       bool is_start = instruction.kind == InstructionKind::Cmd ||
                                       instruction.kind == InstructionKind::Entrypoint;
                       return is_start && is_in_final_chain(input, instruction.stage) &&
                              !contains(instruction.text, "bash") &&
                              !contains(instruction.text, "/sh\"");
                     });
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  if (input.file->stages.empty() || is_for_development(input, input.file->stages.back()) ||
      !starts_something(input))
    return;
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& run = input.file->instructions[i];
    if (run.kind != InstructionKind::Run || !is_in_final_chain(input, run.stage) ||
        removes_packages(input, i))
      continue;
    const ShellWord* word = first_compiler(input, i);
    if (word == nullptr) continue;
    findings.push_back(
        make_finding(kPreferMultiStage,
                     word->range,
                     in_ticks(*word->value) + " is for building, and stays in the image that runs",
                     "Build in a stage of its own, and copy what came out"));
    return;
  }
}

}  // namespace

const Rule kPreferMultiStage = {
    {.name = "prefer-multi-stage",
     .code = "WH3601",
     .aliases = "prefer-multi-stage-build",
     .severity = Severity::Info,
     .summary = "A compiler is in the image that runs",
     .why = "Compilers and headers are often the larger part of an image, no program that is built "
            "needs them, and they help whoever breaks in. A stage of its own builds, and the last "
            "stage copies what came out.",
     .bad =
         "FROM debian:bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends "
         "gcc libc6-dev && rm -rf /var/lib/apt/lists/*\nCMD [\"/app\"]\n",
     .good = "FROM gcc:13 AS build\nRUN make\nFROM debian:bookworm-slim\nCOPY --from=build /app "
             "/app\nCMD [\"/app\"]\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
