// `pip install` keeps what it fetched and built in its cache, in the layer.
#include <algorithm>

#include "base/strings.h"
#include "lint/package_commands.h"
#include "lint/pricing.h"
#include "lint/rules/rules.h"
#include "lint/stages.h"

namespace whittle {

namespace {

bool is_on(const std::optional<std::string>& value) {
  return value && !value->empty() && *value != "0" && to_lower(*value) != "false" &&
         to_lower(*value) != "off" && to_lower(*value) != "no";
}

bool is_switched_off(const LintInput& input, size_t index) {
  const Environment& environment = input.evaluation.states[index].environment;
  if (is_on(environment.find("PIP_NO_CACHE_DIR"))) return true;
  return contains(input.file->text(input.file->instructions[index].range), "PIP_NO_CACHE_DIR");
}

bool empties_cache(const LintInput& input, size_t index) {
  for (const PackageCommand& command : package_commands(input, index)) {
    if (command.tool == PackageTool::Pip && command.action == "cache" && command.has_word("purge"))
      return true;
  }
  const std::vector<CommandRef>& commands = input.commands[index];
  return std::any_of(commands.begin(), commands.end(), [](const CommandRef& ref) {
    std::vector<const ShellWord*> words = unwrapped(*ref.node);
    return !words.empty() && words[0]->value == "rm" &&
           std::any_of(words.begin(), words.end(), [](const ShellWord* word) {
             return contains(word->raw, "/.cache");
           });
  });
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& run = input.file->instructions[i];
    if (run.kind != InstructionKind::Run || !is_image_stage(input, run.stage)) continue;
    if (mounts_over(run, "/root/.cache/pip") || is_switched_off(input, i) ||
        empties_cache(input, i))
      continue;
    for (const PackageCommand& command : package_commands(input, i)) {
      if (command.tool != PackageTool::Pip || !is_install(command) ||
          command.has_word("--no-cache-dir"))
        continue;
      Finding finding;
      finding.rule = "pip-no-cache";
      finding.severity = Severity::Warning;
      finding.range = command.command->node->range;
      finding.message =
          "`pip " + command.action + "` leaves its cache in the layer, nothing reads it later";
      finding.help = "Add `--no-cache-dir`";
      if (is_editable_run(input, i)) {
        Edit edit{{command.after_action(), command.after_action()}, " --no-cache-dir"};
        finding.fix = Fix{"Add `--no-cache-dir`",
                          Applicability::Safe,
                          {std::move(edit)},
                          {},
                          {SavingKind::Paths, {"root/.cache/pip/**", "home/*/.cache/pip/**"}}};
        price(input, i, finding);
      }
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

extern const Rule kPipNoCache;
const Rule kPipNoCache = {
    {"pip-no-cache",
     "WH1007",
     "DL3042 pipUseNoCacheDir",
     Severity::Warning,
     "`pip install` without `--no-cache-dir`",
     "pip stores each archive it fetches and each wheel it builds in `~/.cache/pip`, beside the "
     "installed files. In an "
     "image nothing is installed a second time. Silent when PIP_NO_CACHE_DIR is set or the cache "
     "is a mount.",
     "FROM python:3.12\nRUN pip install flask\n",
     "FROM python:3.12\nRUN pip install --no-cache-dir flask\n",
     kDeclaresNothing,
     kSafeFix},
    check,
};

}  // namespace whittle
