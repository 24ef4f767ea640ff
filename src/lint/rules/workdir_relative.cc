// A WORKDIR that depends on what came before.
#include "base/fs.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kWorkdirRelative;

namespace {

// Written as it stands, with the known folder in front of it.
std::optional<Fix> absolute_fix(const LintInput& input, size_t index, const Word& word) {
  constexpr std::string_view kSpecial = " \t\"'$\\`";
  const std::string& folder = input.evaluation.states[index].working_dir;
  bool is_plain = folder.find_first_of(kSpecial) == folder.npos &&
                  word.text.find_first_of(kSpecial) == word.text.npos;
  if (!is_plain || !is_working_dir_known(input, index)) return std::nullopt;
  if (input.file->text(word.range) != word.text) return std::nullopt;
  return make_fix("Write the whole path",
                  Applicability::Safe,
                  {{word.range, clean_path(folder + "/" + word.text)}});
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const InstructionPlace& place : instructions_of(input, InstructionKind::Workdir)) {
    if (place.instruction->words.empty()) continue;
    const Word& word = place.instruction->words[0];
    std::optional<std::string> path = known_value(input, place.index, word.text);
    if (!path || path->empty() || is_absolute_path(*path)) continue;
    bool is_known = !place.is_onbuild && is_working_dir_known(input, place.index);
    Finding finding = make_finding(
        kWorkdirRelative,
        word.range,
        is_known ? in_ticks(*path) + " is counted from the WORKDIR before it"
                 : in_ticks(*path) + " is counted from whatever folder the base image has set",
        "Write the whole path");
    if (!place.is_onbuild) finding.fix = absolute_fix(input, place.index, word);
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kWorkdirRelative = {
    {.name = "workdir-relative",
     .code = "WH2101",
     .aliases =
         "DL3000 WorkdirRelativePath DS-0009 CKV_DOCKER_10 invalid_workdir WORKDIR_IS_NOT_ABSOLUTE",
     .severity = Severity::Warning,
     .summary = "WORKDIR with a relative path",
     .why = "A relative WORKDIR is counted from the one before it, and without one from the base "
            "image's, which may change with its next tag. Where the folder before is known, the "
            "path is written out in full.",
     .bad = "FROM debian:bookworm\nWORKDIR app\n",
     .good = "FROM debian:bookworm\nWORKDIR /app\n",
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
