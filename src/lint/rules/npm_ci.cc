// `npm install` of a project that has a lock file.
#include "base/strings.h"
#include "lint/node_project.h"
#include "lint/rules/rules.h"
#include "lint/stages.h"

namespace whittle {

namespace {

bool is_plain_install(const PackageCommand& command) {
  if (command.tool != PackageTool::Npm || !is_project_install(command)) return false;
  if (command.action != "install" && command.action != "i" && command.action != "in") return false;
  for (const ShellWord* word : command.words) {
    if (contains(word->raw, "package-lock") || contains(word->raw, "--save") ||
        word->value == "-S" || word->value == "-D") {
      return false;
    }
  }
  return true;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    if (input.file->instructions[i].kind != InstructionKind::Run) continue;
    for (const PackageCommand& command : package_commands(input, i)) {
      if (!is_plain_install(command)) continue;
      std::optional<NodeProject> project = node_project_at(input, i);
      bool has_lock = project && (project->lock_file == "package-lock.json" ||
                                  project->lock_file == "npm-shrinkwrap.json");
      if (!has_lock) continue;
      Finding finding;
      finding.rule = "npm-ci";
      finding.severity = Severity::Info;
      finding.range = command.command->node->range;
      finding.message = "`npm install` may change what `" + project->lock_file + "` pins";
      finding.help = "Use `npm ci`, which installs exactly the lock file";
      finding.evidence.push_back({"lockfile-version", std::to_string(project->lock_version)});
      finding.evidence.push_back({"agrees-with-package.json", project->lock_agrees ? "yes" : "no"});
      // A lock file that does not fit makes `npm ci` fail, so there is nothing to offer then.
      if (is_editable_run(input, i) && project->lock_agrees && project->lock_version >= 2) {
        Edit edit{command.words[command.action_at]->range, "ci"};
        finding.fix = Fix{"Use `npm ci`", Applicability::Unsafe, {std::move(edit)}, {}, {}};
      }
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

extern const Rule kNpmCi;
const Rule kNpmCi = {
    {"npm-ci",
     "WH1011",
     "",
     Severity::Info,
     "`npm install` of a project with a lock file instead of `npm ci`",
     "`npm ci` installs what the lock file says and nothing else, faster, and fails when "
     "package.json asks for something "
     "different. It also deletes an existing node_modules first, and npm before 7 reads a lock "
     "file of version 3 as empty, "
     "which is why the fix is unsafe even where lock file and package.json agree.",
     "FROM node:20\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm install\n",
     "FROM node:20\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\n",
     kDeclaresCommands,
     kUnsafeFix},
    check,
};

}  // namespace whittle
