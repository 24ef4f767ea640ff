// An install that relies on package lists of an earlier RUN.
#include "lint/apt.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_edits.h"

namespace whittle {

extern const Rule kAptInstallNoUpdate;

namespace {

std::optional<PackageCommand> first_use(const LintInput& input, size_t index) {
  for (PackageCommand& command : package_commands(input, index)) {
    if (uses_apt_lists(command)) return std::move(command);
  }
  return std::nullopt;
}

// `apt-get install ./x.deb` needs lists too, but only for what the file depends on; it is treated
// alike.
std::optional<Fix> update_first(const LintInput& input,
                                size_t index,
                                size_t maker,
                                const PackageCommand& use) {
  std::optional<Edit> edit =
      prepend_command(input, index, use.with_sudo ? "sudo apt-get update" : "apt-get update");
  if (!edit) return std::nullopt;
  Fix fix;
  fix.title = "Run `apt-get update` in front of the install";
  fix.applicability =
      changes_apt_sources(input, maker, index) ? Applicability::Unsafe : Applicability::Safe;
  fix.edits.push_back(std::move(*edit));
  return fix;
}

// Every RUN from the one that updates to this one can be joined with the next, and all of them need
// the lists.
bool is_chain(const LintInput& input, size_t maker, size_t index) {
  for (size_t i = maker; i < index; ++i) {
    if (!can_join_with_next(input, i)) return false;
    if (i > maker && first_apt_event(input, i) != AptFirst::Uses) return false;
  }
  return true;
}

// apt-update-alone speaks for the first install behind an update that stands alone.
bool is_first_user(const LintInput& input, size_t maker, size_t index) {
  if (uses_lists_after_update(input, maker)) return false;
  if (input.file->instructions[maker].stage != input.file->instructions[index].stage) return false;
  for (size_t i = maker + 1; i < index; ++i) {
    if (first_apt_event(input, i) == AptFirst::Uses) return false;
  }
  return true;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& run = input.file->instructions[i];
    if (run.kind != InstructionKind::Run || first_apt_event(input, i) != AptFirst::Uses) continue;
    std::optional<PackageCommand> use = first_use(input, i);
    std::optional<size_t> maker = maker_of_lists(input, i);
    // Without a maker in this file the lists are the base image's business.
    if (!use || !maker) continue;
    if (is_first_user(input, *maker, i)) continue;
    Finding finding = make_finding(
        kAptInstallNoUpdate,
        use->command->node->range,
        "The install relies on package lists of an earlier RUN, which therefore have to stay in "
        "the image",
        "Install in the RUN that updates, or update in this RUN too");
    if (is_chain(input, *maker, i)) {
      finding.fix = Fix{"Join the install with the RUN that updates",
                        Applicability::Safe,
                        join_with_next(input, i - 1),
                        {},
                        {}};
    } else {
      finding.fix = update_first(input, i, *maker, *use);
    }
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kAptInstallNoUpdate = {
    {"apt-install-no-update",
     "WH1003",
     "",
     Severity::Warning,
     "An install uses package lists that an earlier RUN left",
     "As long as a later RUN needs the lists of an earlier one, they stay in a layer of the image, "
     "and the install may "
     "get lists from a cached layer that are months old. An adjacent install joins the RUN that "
     "updates; one further "
     "down gets an update of its own.",
     "FROM debian:bookworm\nRUN apt-get update && apt-get install -y curl\nRUN apt-get install -y "
     "git\n",
     "FROM debian:bookworm\nRUN apt-get update && apt-get install -y curl git && rm -rf "
     "/var/lib/apt/lists/*\n",
     kDeclaresCommands,
     kSafeFix},
    check,
};

}  // namespace whittle
