// `apt-get install` also installs what packages merely recommend.
#include "base/strings.h"
#include "lint/package_commands.h"
#include "lint/rules/rules.h"
#include "lint/stages.h"

namespace whittle {

namespace {

bool is_decided(const PackageCommand& command) {
  for (const ShellWord* word : command.words) {
    if (contains(word->raw, "install-recommends") || contains(word->raw, "Install-Recommends") ||
        word->value == "--without-recommends" || word->value == "-R") {
      return true;
    }
  }
  return false;
}

bool is_configured(const LintInput& input, uint32_t stage) {
  const std::vector<Stage>& stages = input.file->stages;
  for (int at = static_cast<int>(stage); at >= 0;
       at = input.evaluation.parent_stage[static_cast<size_t>(at)]) {
    const Stage& one = stages[static_cast<size_t>(at)];
    for (uint32_t i = one.from; i < one.end; ++i) {
      if (contains(to_lower(input.file->text(input.file->instructions[i].range)),
                   "apt::install-recommends"))
        return true;
    }
  }
  return false;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& run = input.file->instructions[i];
    if (run.kind != InstructionKind::Run || !is_image_stage(input, run.stage)) continue;
    if (is_configured(input, run.stage)) continue;
    for (const PackageCommand& command : package_commands(input, i)) {
      if (command.tool != PackageTool::Apt || command.action != "install" || is_decided(command))
        continue;
      Finding finding;
      finding.rule = "apt-no-recommends";
      finding.severity = Severity::Info;
      finding.range = command.command->node->range;
      finding.message = "This install also brings every package that the named ones recommend";
      finding.help = "Add `--no-install-recommends`, and name what is really used";
      bool is_aptitude = command.words[0]->value && contains(*command.words[0]->value, "aptitude");
      if (is_editable_run(input, i)) {
        std::string option = is_aptitude ? " --without-recommends" : " --no-install-recommends";
        Edit edit{{command.after_action(), command.after_action()}, option};
        finding.fix = Fix{"Do not install recommended packages",
                          Applicability::Unsafe,
                          {std::move(edit)},
                          {},
                          {SavingKind::DroppedPackages, {}}};
      }
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

extern const Rule kAptNoRecommends;
const Rule kAptNoRecommends = {
    {"apt-no-recommends",
     "WH1010",
     "DL3015 DS-0029 apt-get_recommends aptGetInstallUseNoRec",
     Severity::Info,
     "`apt-get install` without `--no-install-recommends`",
     "Recommended packages are what most people on a desktop want: documentation, extra back-ends, "
     "compilers. In an image "
     "they are often more than half of the bytes. A program may use one without saying so "
     "(`ca-certificates` is the usual "
     "one), which is why the fix is unsafe and has to be tried.",
     "FROM debian:bookworm\nRUN apt-get update && apt-get install -y npm && rm -rf "
     "/var/lib/apt/lists/*\n",
     "FROM debian:bookworm\n"
     "RUN apt-get update && apt-get install --no-install-recommends -y npm && rm -rf "
     "/var/lib/apt/lists/*\n",
     kDeclaresNothing,
     kUnsafeFix},
    check,
};

}  // namespace whittle
