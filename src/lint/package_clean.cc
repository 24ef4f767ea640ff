#include "lint/package_clean.h"

#include <algorithm>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/pricing.h"
#include "lint/run_edits.h"
#include "lint/stages.h"

namespace whittle {

namespace {

bool is_tool_of(const CleanRule& rule, const PackageCommand& command) {
  return std::find(rule.tools.begin(), rule.tools.end(), command.tool) != rule.tools.end();
}

bool removes_cache(const CleanRule& rule, const ShellNode& node) {
  std::vector<const ShellWord*> words = unwrapped(node);
  if (words.empty() || (words[0]->value != "rm" && words[0]->value != "find")) return false;
  return std::any_of(words.begin(), words.end(), [&](const ShellWord* word) {
    return std::any_of(
        rule.cache_paths.begin(), rule.cache_paths.end(), [&](std::string_view path) {
          // "/root/.npm" is found as "/.npm", also below "~" and "$HOME"
          return contains(word->raw, path.substr(path.substr(0, 5) == "/root" ? 5 : 0));
        });
  });
}

// The last command that fills the cache and is not followed by one that empties it.
std::optional<PackageCommand> last_filling(const LintInput& input,
                                           const CleanRule& rule,
                                           size_t index) {
  std::optional<PackageCommand> filling;
  std::vector<PackageCommand> commands = package_commands(input, index);
  size_t next = 0;
  for (const CommandRef& ref : input.commands[index]) {
    if (next < commands.size() && commands[next].command == &ref) {
      PackageCommand& command = commands[next++];
      if (!is_tool_of(rule, command)) continue;
      if (rule.cleans(command)) {
        filling.reset();
      } else if (rule.fills(command)) {
        filling = std::move(command);
      }
    } else if (removes_cache(rule, *ref.node)) {
      filling.reset();
    }
  }
  return filling;
}

bool is_mounted(const CleanRule& rule, const Instruction& run) {
  return std::any_of(rule.cache_paths.begin(), rule.cache_paths.end(), [&](std::string_view path) {
    return mounts_over(run, path);
  });
}

}  // namespace

bool is_clean_action(const PackageCommand& command) {
  return command.action == "clean" || command.action == "cc" || command.action == "cache";
}

void check_clean(const LintInput& input, const CleanRule& rule, std::vector<Finding>& findings) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& run = input.file->instructions[i];
    if (run.kind != InstructionKind::Run || !is_image_stage(input, run.stage) ||
        is_mounted(rule, run))
      continue;
    std::optional<PackageCommand> command = last_filling(input, rule, i);
    if (!command) continue;
    std::optional<std::string> clean = rule.clean_command(input, i, *command);
    Finding finding = make_finding(
        *rule.rule,
        command->command->node->range,
        std::string(rule.what) + " stays in the layer of this RUN, nothing reads it later",
        clean ? "Run `" + *clean + "` in the same RUN" : "Delete it in the same RUN");
    if (clean) {
      std::optional<Edit> edit =
          append_command(input, i, (command->with_sudo ? "sudo " : "") + *clean);
      if (edit) {
        finding.fix = Fix{"Run `" + *clean + "` in the same RUN",
                          rule.applicability,
                          {std::move(*edit)},
                          {},
                          {SavingKind::Paths, rule.saved}};
        price(input, i, finding);
      }
    }
    findings.push_back(std::move(finding));
  }
}

}  // namespace whittle
