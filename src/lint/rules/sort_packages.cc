// Packages in no order.
#include <algorithm>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/package_commands.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kSortPackages;

namespace {

constexpr std::string_view kValues =
    "-t --target-release -o --option -c --config-file --virtual -X --repository --enablerepo "
    "--disablerepo --setopt -p --root --arch";

// Names that say more than that a package is wanted: "x-" and "x+" of apt, options, variables.
bool is_plain_package(const ShellWord& word) {
  return word.value && !word.is_quoted && !word.value->empty() && word.value->back() != '-' &&
         word.value->back() != '+' && word.value->find_first_of("\\/:!<>~") == std::string::npos &&
         word.range.size() == word.raw.size();
}

bool may_be_sorted(const LintInput& input, const std::vector<const ShellWord*>& packages) {
  if (packages.size() < 2 ||
      !std::all_of(packages.begin(), packages.end(), [](const ShellWord* word) {
        return is_plain_package(*word);
      }))
    return false;
  Range all{packages.front()->range.begin, packages.back()->range.end};
  return !contains(input.file->text(all), "#");
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const PackageCommand& command : package_commands(run)) {
      bool is_system = command.tool == PackageTool::Apt || command.tool == PackageTool::Apk ||
                       command.tool == PackageTool::Dnf || command.tool == PackageTool::Yum ||
                       command.tool == PackageTool::Microdnf || command.tool == PackageTool::Zypper;
      if (!is_system || !is_install(command) || command.action_at >= command.words.size()) continue;
      std::vector<const ShellWord*> packages =
          read_command_words(command.words, command.action_at + 1, kValues).operands;
      if (!may_be_sorted(input, packages)) continue;
      std::vector<std::string> sorted;
      for (const ShellWord* word : packages) sorted.push_back(*word->value);
      std::vector<std::string> written = sorted;
      std::sort(sorted.begin(), sorted.end());
      if (sorted == written) continue;
      Range all{packages.front()->range.begin, packages.back()->range.end};
      Finding finding =
          make_finding(kSortPackages, all, "The packages are not sorted", "Sort them");
      if (is_editable(input, run)) {
        std::vector<Edit> edits;
        for (size_t i = 0; i < packages.size(); ++i) {
          if (sorted[i] != written[i]) edits.push_back({packages[i]->range, sorted[i]});
        }
        finding.fix = make_fix("Sort the packages", Applicability::Safe, std::move(edits));
      }
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

const Rule kSortPackages = {
    {.name = "sort-packages",
     .code = "WH3406",
     .aliases = "",
     .severity = Severity::Style,
     .summary = "A list of packages that is not sorted",
     .why = "In a sorted list everybody finds a package, and sees one that is there twice; two "
            "changes to it seldom meet in one line.",
     .bad = "FROM debian:bookworm\nRUN apt-get update && apt-get install -y "
            "--no-install-recommends git curl\n",
     .good = "FROM debian:bookworm\nRUN apt-get update && apt-get install -y "
             "--no-install-recommends curl git\n",
     .declares = kDeclaresWordOrder,
     .fixes = kSafeFix,
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
