// gem install without --no-document.
#include <algorithm>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/image_names.h"
#include "lint/package_commands.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/stages.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kGemDocs;

namespace {

bool says_gemrc(const LintInput& input) {
  return std::any_of(input.file->instructions.begin(),
                     input.file->instructions.end(),
                     [&](const Instruction& instruction) {
                       return contains(input.file->text(instruction.range), "gemrc");
                     });
}

// The official images come with a gemrc.
bool is_ruby_image(const LintInput& input, uint32_t stage) {
  while (input.evaluation.parent_stage[stage] >= 0)
    stage = static_cast<uint32_t>(input.evaluation.parent_stage[stage]);
  std::string repository = split_image_name(input.evaluation.stage_bases[stage]).repository;
  return repository.substr(repository.rfind('/') + 1) == "ruby" || repository == "jruby";
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  if (says_gemrc(input)) return;
  for (const RunText& run : run_texts(input)) {
    if (!is_image_stage(input, run.instruction->stage) ||
        is_ruby_image(input, run.instruction->stage))
      continue;
    for (const PackageCommand& command : package_commands(run)) {
      if (command.tool != PackageTool::Gem || !is_one_of("install i update", command.action))
        continue;
      CommandWords line =
          read_command_words(command.words,
                             command.action_at + 1,
                             "-v --version -s --source -i --install-dir -n --bindir");
      if (line.has("-N --no-document --no-ri --no-rdoc --document --system")) continue;
      Finding finding = make_finding(
          kGemDocs,
          command.command->node->range,
          "`gem " + command.action + "` makes documentation that nothing in a container reads",
          "Add `--no-document`");
      if (is_editable(input, run))
        finding.fix = make_fix("Add `--no-document`",
                               Applicability::Safe,
                               {insert_at(command.after_action(), " --no-document")});
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

const Rule kGemDocs = {
    {.name = "gem-docs",
     .code = "WH3403",
     .aliases = "gemUpdateNoDocument",
     .severity = Severity::Info,
     .summary = "`gem install` makes documentation",
     .why = "RubyGems builds `ri` pages for every gem, which takes time and space, and nobody "
            "reads them in a container. Silent where a `gemrc` says so already, as in the official "
            "images of Ruby.",
     .bad = "FROM debian:bookworm\nRUN gem install rails -v 7.1.0\n",
     .good = "FROM debian:bookworm\nRUN gem install --no-document rails -v 7.1.0\n",
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
