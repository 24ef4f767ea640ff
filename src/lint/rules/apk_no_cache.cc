// `apk add` keeps the package index in the layer unless it is told not to.
#include "base/strings.h"
#include "lint/package_commands.h"
#include "lint/pricing.h"
#include "lint/rules/rules.h"
#include "lint/run_edits.h"
#include "lint/stages.h"

namespace whittle {

namespace {

constexpr std::string_view kCache = "/var/cache/apk";

bool removes_cache(const LintInput& input, size_t index) {
  for (const CommandRef& ref : input.commands[index]) {
    std::vector<const ShellWord*> words = unwrapped(*ref.node);
    if (words.empty() || words[0]->value != "rm") continue;
    for (const ShellWord* word : words) {
      if (contains(word->raw, kCache)) return true;
    }
  }
  return false;
}

bool fetches_index(const PackageCommand& command) {
  return command.tool == PackageTool::Apk &&
         (command.action == "add" || command.action == "upgrade");
}

// `apk update &&` in front of the next command of a list: with --no-cache every command fetches the
// index itself.
std::optional<Edit> drop_update(const LintInput& input,
                                size_t index,
                                const PackageCommand& update) {
  const ShellNode& root = input.scripts[index].root;
  for (size_t i = 0; i + 1 < root.children.size(); ++i) {
    if (&root.children[i] != update.command->node) continue;
    if (root.children[i + 1].op_before != ShellOp::And) return std::nullopt;
    if (i > 0 && root.children[i].op_before != ShellOp::And) return std::nullopt;
    Range range{root.children[i].range.begin, root.children[i + 1].range.begin};
    if (contains(input.file->text(range), "#")) return std::nullopt;
    return Edit{range, ""};
  }
  return std::nullopt;
}

Fix make_fix(const LintInput& input,
             size_t index,
             const std::vector<PackageCommand>& commands,
             size_t at) {
  const PackageCommand& command = commands[at];
  Fix fix;
  fix.title = "Add `--no-cache`";
  fix.saving = {SavingKind::Paths, {"var/cache/apk/**", "etc/apk/cache/**", "lib/apk/db/**"}};
  if (at > 0 && commands[at - 1].tool == PackageTool::Apk && commands[at - 1].action == "update") {
    if (auto edit = drop_update(input, index, commands[at - 1]))
      fix.edits.push_back(std::move(*edit));
  }
  fix.edits.push_back({{command.after_action(), command.after_action()}, " --no-cache"});
  return fix;
}

// No later command would miss the index that this RUN leaves.
bool is_index_unused(const LintInput& input, size_t index) {
  for (const std::vector<size_t>& path : paths_after(input, index)) {
    for (size_t i : path) {
      if (!input.scripts[i].complete || !input.file->instructions[i].heredocs.empty()) return false;
      for (const PackageCommand& command : package_commands(input, i)) {
        if (command.tool == PackageTool::Apk && command.action != "del" &&
            !command.has_word("--no-cache"))
          return false;
      }
    }
  }
  return true;
}

// A RUN that does nothing but fetch the index.
void check_update_alone(const LintInput& input, size_t index, std::vector<Finding>& findings) {
  std::vector<PackageCommand> commands = package_commands(input, index);
  if (commands.size() != 1 || commands[0].tool != PackageTool::Apk ||
      commands[0].action != "update")
    return;
  if (input.scripts[index].root.children.size() != 1 || commands[0].has_word("--no-cache")) return;
  Finding finding;
  finding.rule = "apk-no-cache";
  finding.severity = Severity::Info;
  finding.range = commands[0].command->node->range;
  finding.message = "`apk update` leaves the package index in a layer of its own";
  finding.help = "Use `apk add --no-cache`, which fetches the index itself";
  if (is_editable_run(input, index) && is_index_unused(input, index)) {
    Edit edit = delete_instruction(*input.file, input.file->instructions[index]);
    finding.fix = Fix{"Delete the RUN",
                      Applicability::Safe,
                      {std::move(edit)},
                      {},
                      {SavingKind::Paths, {"var/cache/apk/**"}}};
    price(input, index, finding);
  }
  findings.push_back(std::move(finding));
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& run = input.file->instructions[i];
    if (run.kind != InstructionKind::Run || !is_image_stage(input, run.stage)) continue;
    if (mounts_over(run, kCache) || mounts_over(run, "/etc/apk/cache") || removes_cache(input, i))
      continue;
    check_update_alone(input, i, findings);
    std::vector<PackageCommand> commands = package_commands(input, i);
    for (size_t at = 0; at < commands.size(); ++at) {
      const PackageCommand& command = commands[at];
      if (!fetches_index(command) || command.has_word("--no-cache") ||
          command.has_word("--cache-dir"))
        continue;
      // Without network the index of an earlier `apk update` is what is wanted.
      if (command.has_word("--no-network")) continue;
      Finding finding;
      finding.rule = "apk-no-cache";
      finding.severity = Severity::Info;
      finding.range = command.command->node->range;
      finding.message = "`apk " + command.action +
                        "` leaves the package index in the layer, nothing reads it later";
      finding.help = "Add `--no-cache`";
      if (is_editable_run(input, i)) {
        finding.fix = make_fix(input, i, commands, at);
        price(input, i, finding);
      }
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

extern const Rule kApkNoCache;
const Rule kApkNoCache = {
    {"apk-no-cache",
     "WH1004",
     "DL3019 DKL-DI-0004 DS-0025 apkadd-missing_nocache_or_updaterm apkAddUseNoCache",
     Severity::Info,
     "`apk add` without `--no-cache`",
     "`--no-cache` fetches the index for this one command and keeps none of it, about 2 MB a "
     "layer. An `apk update` in "
     "front of it is not needed any more and goes too.",
     "FROM alpine:3.20\nRUN apk add curl\n",
     "FROM alpine:3.20\nRUN apk add --no-cache curl\n",
     kDeclaresCommands,
     kSafeFix},
    check,
};

}  // namespace whittle
