// Development packages of a Node.js project are installed into the image.
#include <algorithm>

#include "base/strings.h"
#include "lint/node_project.h"
#include "lint/pricing.h"
#include "lint/rules/rules.h"
#include "lint/stages.h"

namespace whittle {

namespace {

bool is_decided(const LintInput& input, size_t index, const PackageCommand& command) {
  if (input.evaluation.states[index].environment.find("NODE_ENV") == "production") return true;
  for (const ShellWord* word : command.words) {
    if (contains(word->raw, "omit") || contains(word->raw, "prod") || contains(word->raw, "dev"))
      return true;
  }
  return contains(input.file->text(input.file->instructions[index].range), "NODE_ENV");
}

bool is_package_tool(std::string_view name) {
  return name == "npm" || name == "yarn" || name == "pnpm" || name == "npx";
}

// The text of the script that `npm start`, `npm run x`, `yarn x` stand for; nullopt for a tool's
// own command.
std::optional<std::string> script_of(const NodeProject& project,
                                     const std::vector<const ShellWord*>& words) {
  if (words.size() < 2 || !words[1]->value) return std::nullopt;
  std::string name = *words[1]->value;
  if ((name == "run" || name == "run-script") && words.size() > 2 && words[2]->value)
    name = *words[2]->value;
  auto found = project.scripts.find(name);
  return found == project.scripts.end() ? std::nullopt : std::optional<std::string>(found->second);
}

bool names_dev_program(const NodeProject& project, std::string_view text) {
  for (std::string_view word : split_blanks(text)) {
    std::string name(word.substr(word.rfind('/') + 1));
    if (project.dev_programs.count(name) > 0 || project.dev_dependencies.count(name) > 0)
      return true;
  }
  return false;
}

// A step of the build after the install that may need development packages.
bool has_build_step(const LintInput& input, size_t install, const NodeProject& project) {
  for (const std::vector<size_t>& path : paths_after(input, install - 1)) {
    for (size_t i : path) {
      if (input.file->instructions[i].kind != InstructionKind::Run) continue;
      if (!input.scripts[i].complete || !input.file->instructions[i].heredocs.empty()) return true;
      for (const CommandRef& ref : input.commands[i]) {
        std::vector<const ShellWord*> words = unwrapped(*ref.node);
        if (words.empty() || !words[0]->value) continue;
        std::string name = words[0]->value->substr(words[0]->value->rfind('/') + 1);
        if (name == "npx" || name == "node" || contains(*words[0]->value, "node_modules"))
          return true;
        if (is_package_tool(name) && words.size() > 1 && script_of(project, words)) return true;
        if (project.dev_programs.count(name) > 0) return true;
      }
    }
  }
  return false;
}

// What the image starts names a program of a development package, or is not known.
bool starts_dev_program(const LintInput& input, const NodeProject& project) {
  bool has_start = false;
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& instruction = input.file->instructions[i];
    bool is_start =
        instruction.kind == InstructionKind::Cmd || instruction.kind == InstructionKind::Entrypoint;
    if (!is_start || !is_in_final_chain(input, instruction.stage)) continue;
    has_start = true;
    for (const CommandRef& ref : input.commands[i]) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      if (words.empty() || !words[0]->value) return true;
      std::string name = words[0]->value->substr(words[0]->value->rfind('/') + 1);
      std::string text(input.file->text(ref.node->range));
      if (is_package_tool(name)) {
        std::optional<std::string> script = script_of(project, words);
        if (!script) return true;
        text = *script;
      }
      if (names_dev_program(project, text)) return true;
    }
  }
  return !has_start;
}

std::string_view option_of(const PackageCommand& command) {
  if (command.tool == PackageTool::Npm) return " --omit=dev";
  return command.tool == PackageTool::Pnpm ? " --prod" : " --production";
}

Fix make_fix(const LintInput& input,
             size_t index,
             const PackageCommand& command,
             const NodeProject& project) {
  Fix fix;
  fix.title = "Install no development packages";
  fix.applicability = Applicability::Unsafe;
  uint32_t at = command.action.empty() ? command.words[0]->range.end : command.after_action();
  fix.edits.push_back({{at, at}, std::string(option_of(command))});
  std::string folder = input.evaluation.states[index].working_dir;
  if (!folder.empty()) folder.erase(0, 1);
  if (!folder.empty()) folder += "/";
  fix.saving.kind = SavingKind::Paths;
  for (const std::string& path : project.dev_paths) fix.saving.paths.push_back(folder + path);
  if (fix.saving.paths.empty()) fix.saving.paths.push_back(folder + "node_modules/**");
  return fix;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& run = input.file->instructions[i];
    if (run.kind != InstructionKind::Run || !is_in_final_chain(input, run.stage)) continue;
    for (const PackageCommand& command : package_commands(input, i)) {
      if (!is_project_install(command) || is_decided(input, i, command)) continue;
      std::optional<NodeProject> project = node_project_at(input, i);
      if (!project || project->dev_dependencies.empty()) continue;
      if (has_build_step(input, i, *project) || starts_dev_program(input, *project)) continue;
      Finding finding;
      finding.rule = "dev-dependencies";
      finding.severity = Severity::Warning;
      finding.range = command.command->node->range;
      finding.message = "The install brings " +
                        count_of(project->dev_dependencies.size(), "development package") +
                        " and what they need, the start command uses none of them";
      finding.help = "Add `" + std::string(trim(option_of(command))) + "`";
      if (is_editable_run(input, i) && !project->has_install_scripts) {
        finding.fix = make_fix(input, i, command, *project);
        // Without a lock file it is not known which of the installed packages would go.
        if (!project->dev_paths.empty()) price(input, i, finding);
      }
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

extern const Rule kDevDependencies;
const Rule kDevDependencies = {
    {"dev-dependencies",
     "WH1012",
     "",
     Severity::Warning,
     "Development packages are installed into the image",
     "Test runners, bundlers and linters are often most of node_modules. Where no later step "
     "builds anything and the start "
     "command, looked up in package.json and the lock file, names none of their programs, they are "
     "not needed. A program "
     "may still load one by name, which is why the fix is unsafe and has to be tried.",
     "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD [\"npm\", \"start\"]\n",
     "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci --omit=dev\nCMD [\"npm\", \"start\"]\n",
     kDeclaresNothing,
     kUnsafeFix},
    check,
};

}  // namespace whittle
