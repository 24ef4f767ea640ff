// Dependencies and build output of the developer's machine are sent to a build that makes its own.
#include "base/strings.h"
#include "lint/context_noise.h"
#include "lint/package_commands.h"
#include "lint/rules/rules.h"

namespace whittle {

namespace {

bool installs_with(const LintInput& input, std::initializer_list<PackageTool> tools) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    if (input.file->instructions[i].kind != InstructionKind::Run) continue;
    for (const PackageCommand& command : package_commands(input, i)) {
      for (PackageTool tool : tools) {
        if (command.tool == tool && is_install(command) && !command.has_word("-g") &&
            !command.has_word("--global")) {
          return true;
        }
      }
    }
  }
  return false;
}

bool runs_command(const LintInput& input, std::string_view name, std::string_view action) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    if (input.file->instructions[i].kind != InstructionKind::Run) continue;
    for (const CommandRef& ref : input.commands[i]) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      if (words.empty() || !words[0]->value) continue;
      std::string_view command = *words[0]->value;
      if (command.substr(command.rfind('/') + 1) != name) continue;
      if (action.empty() || (words.size() > 1 && words[1]->value == action)) return true;
    }
  }
  return false;
}

bool has_sibling(const LintInput& input, std::string_view folder, std::string_view name) {
  size_t slash = folder.rfind('/');
  std::string parent(slash == std::string_view::npos ? "" : folder.substr(0, slash + 1));
  return input.context->find(parent + std::string(name)) != nullptr;
}

bool is_node_modules(const LintInput& input, std::string_view path) {
  return has_sibling(input, path, "package.json") &&
         installs_with(input, {PackageTool::Npm, PackageTool::Yarn, PackageTool::Pnpm});
}

bool is_virtualenv(const LintInput& input, std::string_view path) {
  return input.context->find(std::string(path) + "/pyvenv.cfg") != nullptr;
}

bool is_cargo_target(const LintInput& input, std::string_view path) {
  return has_sibling(input, path, "Cargo.toml") &&
         (runs_command(input, "cargo", "build") || runs_command(input, "cargo", "install"));
}

bool is_maven_target(const LintInput& input, std::string_view path) {
  return has_sibling(input, path, "pom.xml") &&
         (runs_command(input, "mvn", "") || runs_command(input, "mvnw", ""));
}

bool is_cmake_build(const LintInput& input, std::string_view path) {
  return has_sibling(input, path, "CMakeLists.txt") && runs_command(input, "cmake", "");
}

const NoiseCategory kCategory = {
    "local-output-in-context",
    Severity::Warning,
    "dependencies and build output that the build makes itself",
    "Keep local dependencies and build output out of the build context",
    {{"node_modules", true, NoiseDepth::AnyName, is_node_modules},
     {"target", true, NoiseDepth::Path, is_cargo_target},
     {"target", true, NoiseDepth::Path, is_maven_target},
     {"cmake-build-*", true, NoiseDepth::AnyName, is_cmake_build},
     {".venv", true, NoiseDepth::AnyName, is_virtualenv},
     {"venv", true, NoiseDepth::AnyName, is_virtualenv}},
    true,
};

void check(const LintInput& input, std::vector<Finding>& findings) {
  check_context_noise(input, kCategory, findings);
}

}  // namespace

extern const Rule kLocalOutputInContext;
const Rule kLocalOutputInContext = {
    {"local-output-in-context",
     "WH1034",
     "",
     Severity::Warning,
     "The build context holds dependencies or output that the build makes itself",
     "A local `node_modules`, `target` or virtual environment was made for another system, often "
     "holds development "
     "tools, and is laid over what the build installs, or under it. The folder counts only where "
     "the build makes it: "
     "with `npm install` for `node_modules`, `cargo build` or `mvn` for `target`; a virtual "
     "environment holds absolute "
     "paths of the machine it was made on.",
     "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n",
     "FROM node:20\nWORKDIR /app\nCOPY src .\nRUN npm ci\n",
     kDeclaresNothing,
     kSafeFix},
    check,
};

}  // namespace whittle
