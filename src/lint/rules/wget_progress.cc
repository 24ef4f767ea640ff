// wget draws its progress bar into the log of the build.
#include <initializer_list>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/package_commands.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/stages.h"

namespace whittle {

extern const Rule kWgetProgress;

namespace {

constexpr std::string_view kValueOptions =
    "-o -a -e -i -B -O -P -t -T -w -Q -U -l -A -R -D -I -X --output-file --append-output "
    "--output-document --directory-prefix --tries --timeout --wait --user-agent --header --user "
    "--password --post-data --post-file --input-file --method --body-data --body-file";

bool is_quiet(const std::vector<const ShellWord*>& words, const CommandWords& line) {
  if (line.has("--progress -q --quiet -o --output-file -a --append-output --no-verbose "
               "--show-progress"))
    return true;
  for (const ShellWord* word : words) {
    if (word->value && word->value->substr(0, 3) == "-nv") return true;
  }
  return false;
}

enum class Wget { Gnu, Busybox, Unknown };

// Which wget the stage has, by its base and by what it installs.
Wget wget_of(const LintInput& input, uint32_t stage) {
  Wget wget = Wget::Unknown;
  for (uint32_t at = stage; at < input.file->stages.size();) {
    for (uint32_t i = input.file->stages[at].from; i < input.file->stages[at].end; ++i) {
      for (const PackageCommand& command : package_commands(input, i)) {
        if (command.tool == PackageTool::Apk && command.has_word("wget")) return Wget::Gnu;
        if (command.tool == PackageTool::Apk) wget = Wget::Busybox;
        if (command.tool == PackageTool::Apt) return Wget::Gnu;
      }
    }
    std::string base = to_lower(input.evaluation.stage_bases[at]);
    if (contains(base, "alpine") || contains(base, "busybox")) return Wget::Busybox;
    for (std::string_view name : {"debian", "ubuntu", "bookworm", "bullseye", "trixie", "fedora"}) {
      if (contains(base, name)) return Wget::Gnu;
    }
    if (input.evaluation.parent_stage[at] < 0) break;
    at = static_cast<uint32_t>(input.evaluation.parent_stage[at]);
  }
  return wget;
}

Fix progress_fix(Wget wget, uint32_t at) {
  std::string option = wget == Wget::Busybox ? "-q" : "--progress=dot:giga";
  Applicability applicability = wget == Wget::Gnu ? Applicability::Safe : Applicability::Unsafe;
  return make_fix("Add " + in_ticks(option), applicability, {{{at, at}, " " + option}});
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      if (command_name(words) != "wget") continue;
      CommandWords line = read_command_words(words, 1, kValueOptions);
      if (is_quiet(words, line) || line.has("--version -V --help -h --spider")) continue;
      Wget wget = wget_of(input, run.instruction->stage);
      Finding finding =
          make_finding(kWgetProgress,
                       ref.node->range,
                       "`wget` prints its progress into the log, a line for every 50 KiB",
                       wget == Wget::Busybox ? "Add `-q`" : "Add `--progress=dot:giga`");
      if (!run.is_onbuild && is_editable_run(input, run.index))
        finding.fix = progress_fix(wget, words[0]->range.end);
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

const Rule kWgetProgress = {
    {.name = "wget-progress",
     .code = "WH2034",
     .aliases = "DL3047",
     .severity = Severity::Info,
     .summary = "`wget` without `--progress` or `-q`",
     .why = "Where its output is no terminal, wget prints a line for every 50 KiB: a download of "
            "100 MB makes 2,000 lines of log. `--progress=dot:giga` prints one for every 32 MiB. "
            "The wget of busybox knows no `--progress`, there `-q` does it.",
     .bad = "FROM debian:bookworm\nRUN wget https://example.com/big.tar\n",
     .good = "FROM debian:bookworm\nRUN wget --progress=dot:giga https://example.com/big.tar\n",
     .fixes = kSafeFix | kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
