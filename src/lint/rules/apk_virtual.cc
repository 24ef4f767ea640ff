// Packages for building that apk leaves in the image.
#include <algorithm>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/package_commands.h"
#include "lint/rules/rules.h"
#include "lint/stages.h"

namespace whittle {

extern const Rule kApkVirtual;

namespace {

constexpr std::string_view kBuilders =
    "build-base gcc g++ clang make cmake musl-dev libc-dev linux-headers autoconf automake libtool "
    "pkgconf pkgconfig bison flex ninja meson cargo rust go abuild patch";

bool is_for_building(std::string_view package) {
  package = package.substr(0, package.find_first_of("=<>~@"));
  return is_one_of(kBuilders, package) || package.ends_with("-dev");
}

bool deletes(const std::vector<PackageCommand>& commands) {
  return std::any_of(commands.begin(), commands.end(), [](const PackageCommand& command) {
    return command.tool == PackageTool::Apk && command.action == "del";
  });
}

void check_install(const PackageCommand& command, std::vector<Finding>& findings) {
  CommandWords line = read_command_words(
      command.words, command.action_at + 1, "-t --virtual -X --repository -p --root --arch");
  if (line.has("-t --virtual -p --root")) return;
  auto package =
      std::find_if(line.operands.begin(), line.operands.end(), [](const ShellWord* word) {
        return word->value && is_for_building(*word->value);
      });
  if (package == line.operands.end()) return;
  findings.push_back(
      make_finding(kApkVirtual,
                   (*package)->range,
                   in_ticks(*(*package)->value) + " is for building, and stays in the image",
                   "Install it with `--virtual NAME`, and end the RUN with "
                   "`apk del NAME`, or build in another stage"));
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& run = input.file->instructions[i];
    if (run.kind != InstructionKind::Run || !is_image_stage(input, run.stage)) continue;
    std::vector<PackageCommand> commands = package_commands(input, i);
    if (deletes(commands)) continue;
    for (const PackageCommand& command : commands) {
      if (command.tool == PackageTool::Apk && command.action == "add")
        check_install(command, findings);
    }
  }
}

}  // namespace

const Rule kApkVirtual = {
    {.name = "apk-virtual",
     .code = "WH3611",
     .aliases = "apkadd-missing-virtual",
     .severity = Severity::Info,
     .summary = "`apk add` of packages for building that stay in the image",
     .why = "Compilers and headers take more room than most programs on Alpine. A virtual package "
            "gives what is installed for one RUN a name, and `apk del` of that name takes it away "
            "before the layer is stored. Off unless asked for: a stage of its own does the same "
            "and keeps its cache.",
     .bad = "FROM alpine:3.22\nRUN apk add --no-cache gcc musl-dev && make\n",
     .good =
         "FROM alpine:3.22\nRUN apk add --no-cache --virtual .build gcc musl-dev && make && apk "
         "del .build\n",
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
