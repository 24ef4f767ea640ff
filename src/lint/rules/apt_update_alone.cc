// `apt-get update` in a RUN of its own: its layer is cached apart from the installs that rely on
// it.
#include "base/strings.h"
#include "lint/apt.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_edits.h"

namespace whittle {

extern const Rule kAptUpdateAlone;

namespace {

// The next RUN on the same file system, in the same stage, that needs the lists; nullopt when one
// updates first.
std::optional<size_t> next_user(const LintInput& input, size_t index) {
  const Instruction& run = input.file->instructions[index];
  for (size_t i = index + 1; i < input.file->stages[run.stage].end; ++i) {
    AptFirst event = first_apt_event(input, i);
    if (event == AptFirst::Uses) return i;
    if (event == AptFirst::Updates) return std::nullopt;
  }
  return std::nullopt;
}

bool holds_only_updates(const LintInput& input, size_t index) {
  size_t updates = 0;
  for (const PackageCommand& command : package_commands(input, index))
    updates += updates_apt_lists(command) ? 1U : 0U;
  return updates == input.commands[index].size() &&
         input.scripts[index].root.children.size() == updates &&
         input.file->instructions[index].flags.empty();
}

// Moves the update in front of the install that needs it.
std::optional<Fix> move_fix(const LintInput& input,
                            size_t index,
                            size_t user,
                            const PackageCommand& update) {
  if (!holds_only_updates(input, index)) return std::nullopt;
  std::string text(input.file->text(update.command->node->range));
  if (contains(text, "\n")) return std::nullopt;
  std::optional<Edit> edit = prepend_command(input, user, text);
  if (!edit) return std::nullopt;
  Fix fix;
  fix.title = "Move the update into the RUN that installs";
  fix.applicability =
      changes_apt_sources(input, index, user) ? Applicability::Unsafe : Applicability::Safe;
  fix.edits.push_back(delete_instruction(*input.file, input.file->instructions[index]));
  fix.edits.push_back(std::move(*edit));
  return fix;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& run = input.file->instructions[i];
    if (run.kind != InstructionKind::Run || run.stage == Instruction::kNoStage) continue;
    std::optional<PackageCommand> update = last_apt_update(input, i);
    if (!update || uses_lists_after_update(input, i) || removes_lists_after_update(input, i))
      continue;
    std::optional<size_t> user = next_user(input, i);
    if (!user) continue;
    Finding finding = make_finding(
        kAptUpdateAlone,
        update->command->node->range,
        "`apt-get update` is cached apart from the install that relies on it, which then gets old "
        "lists",
        "Run `apt-get update` in the RUN that installs");
    if (*user == i + 1 && can_join_with_next(input, i)) {
      finding.fix = Fix{"Join the update with the RUN that installs",
                        Applicability::Safe,
                        join_with_next(input, i),
                        {},
                        {}};
    } else {
      finding.fix = move_fix(input, i, *user, *update);
    }
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kAptUpdateAlone = {
    {"apt-update-alone",
     "WH1002",
     "CIS-DI-0007 DS-0017 CKV_DOCKER_5 apt-get-update_require_install aptGetUpdatePrecedesInstall",
     Severity::Warning,
     "`apt-get update` in another RUN than the install that relies on it",
     "The layer of `apt-get update` is cached by its text, which never changes: an install that is "
     "added later works "
     "with lists of the day the layer was made and fails when packages have moved on. And while "
     "lists and install are "
     "in different layers, the lists cannot be deleted. The two RUNs become one, which runs the "
     "same commands in the "
     "same order.",
     "FROM debian:bookworm\nRUN apt-get update\nRUN apt-get install -y curl\n",
     "FROM debian:bookworm\nRUN apt-get update && apt-get install -y curl && rm -rf "
     "/var/lib/apt/lists/*\n",
     kDeclaresCommands,
     kSafeFix | kUnsafeFix},
    check,
};

}  // namespace whittle
