// apt's package lists and archives stay in the layer of the RUN that fetched them.
#include "lint/apt.h"
#include "lint/pricing.h"
#include "lint/rules/rules.h"
#include "lint/run_edits.h"
#include "lint/stages.h"

namespace whittle {

namespace {

constexpr std::string_view kLists = "/var/lib/apt/lists/*";
constexpr std::string_view kArchives = "/var/cache/apt/archives/* /var/cache/apt/*.bin";
const std::vector<std::string> kListPaths = {"var/lib/apt/lists/**"};
const std::vector<std::string> kArchivePaths = {"var/cache/apt/**"};

Fix cleanup(Edit edit, bool with_lists) {
  Fix fix;
  fix.title = with_lists ? "Delete apt's lists and archives in the same RUN"
                         : "Delete apt's archives in the same RUN";
  fix.edits.push_back(std::move(edit));
  fix.saving.kind = SavingKind::Paths;
  fix.saving.paths = kArchivePaths;
  if (with_lists)
    fix.saving.paths.insert(fix.saving.paths.begin(), kListPaths.begin(), kListPaths.end());
  return fix;
}

std::string cleanup_text(bool with_lists, bool with_sudo) {
  std::string text = with_sudo ? "sudo rm -rf " : "rm -rf ";
  if (with_lists) text += std::string(kLists) + " ";
  return text + std::string(kArchives);
}

void check_lists(const LintInput& input,
                 size_t index,
                 const PackageCommand& update,
                 std::vector<Finding>& findings) {
  Finding finding;
  finding.rule = "apt-lists";
  finding.severity = Severity::Info;
  finding.range = update.command->node->range;
  finding.message = "`/var/lib/apt/lists` stays in the layer of this RUN, nothing reads it later";
  finding.help = "Delete the lists in the same RUN";
  if (std::optional<size_t> user = needs_lists_after(input, index)) {
    uint32_t line = input.file->instructions[*user].first_line;
    finding.message =
        "`/var/lib/apt/lists` stays in the layer of this RUN for a later install without its own "
        "update";
    finding.help = "Run `apt-get update` in the RUN that installs, then delete the lists there";
    finding.evidence.push_back({"needed-by-line", std::to_string(input.original_line(line))});
    findings.push_back(std::move(finding));
    return;
  }
  if (auto edit = append_command(input, index, cleanup_text(true, update.with_sudo))) {
    finding.fix = cleanup(std::move(*edit), true);
    bool may_be_wanted = ends_with_update(input, index) || runs_unseen_script_after(input, index);
    if (may_be_wanted) finding.fix->applicability = Applicability::Unsafe;
    price(input, index, finding);
  }
  findings.push_back(std::move(finding));
}

// Archives alone: only where the image shows that they are there (most official bases delete them
// by themselves).
void check_archives(const LintInput& input, size_t index, std::vector<Finding>& findings) {
  if (removes_apt_archives(input, index)) return;
  // A RUN that is about to join the one that updates, or to get an update, is cleaned whole
  // afterwards.
  if (first_apt_event(input, index) == AptFirst::Uses && maker_of_lists(input, index)) return;
  for (const PackageCommand& command : package_commands(input, index)) {
    if (command.tool != PackageTool::Apt || !is_install(command)) continue;
    std::optional<uint64_t> bytes = stored_bytes(input, index, kArchivePaths);
    if (!bytes || *bytes == 0) return;
    auto edit = append_command(input, index, cleanup_text(false, command.with_sudo));
    if (!edit) return;
    Finding finding;
    finding.rule = "apt-lists";
    finding.severity = Severity::Info;
    finding.range = command.command->node->range;
    finding.message =
        "`/var/cache/apt` keeps package archives in the layer of this RUN, nothing reads them "
        "later";
    finding.help = "Delete the archives in the same RUN";
    finding.fix = cleanup(std::move(*edit), false);
    price(input, index, finding);
    findings.push_back(std::move(finding));
    return;
  }
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& run = input.file->instructions[i];
    if (run.kind != InstructionKind::Run || !is_image_stage(input, run.stage)) continue;
    if (mounts_over(run, "/var/lib/apt/lists")) continue;
    std::optional<PackageCommand> update = last_apt_update(input, i);
    if (update && !removes_lists_after_update(input, i)) {
      check_lists(input, i, *update, findings);
    } else if (!mounts_over(run, "/var/cache/apt")) {
      check_archives(input, i, findings);
    }
  }
}

}  // namespace

extern const Rule kAptLists;
const Rule kAptLists = {
    {"apt-lists",
     "WH1001",
     "DL3009 DKL-DI-0005 apt-get_missing_rm aptGetInstallThenRemoveAptLists",
     Severity::Info,
     "Package lists and archives of apt stay in a layer",
     "`apt-get update` writes 20 to 50 MB of package lists, and `apt-get install` keeps the "
     "archives it fetched on bases "
     "that do not delete them. A later RUN that deletes them only hides them: the bytes are still "
     "pulled with the "
     "earlier layer. They have to go in the RUN that made them. "
     "Where the update is the last thing a RUN does, or a later RUN pipes a script into a shell, "
     "the lists may be there on "
     "purpose and the fix is unsafe.",
     "FROM debian:bookworm\nRUN apt-get update && apt-get install -y curl\n",
     "FROM debian:bookworm\nRUN apt-get update && apt-get install -y curl && rm -rf "
     "/var/lib/apt/lists/*\n",
     kDeclaresNothing,
     kSafeFix | kUnsafeFix},
    check,
};

}  // namespace whittle
