// COPY to a place that only the base image knows.
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kCopyRelativeDest;

namespace {

// Counted from `/`, which is where most images start.
std::optional<Fix> root_fix(const LintInput& input, const Word& word) {
  if (input.file->text(word.range) != word.text) return std::nullopt;
  std::string_view rest = word.text;
  while (rest.substr(0, 2) == "./") rest.remove_prefix(2);
  if (rest == ".") rest = "";
  if (rest.substr(0, 2) == "..") return std::nullopt;
  return make_fix("Count from `/`", Applicability::Unsafe, {{word.range, "/" + std::string(rest)}});
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const InstructionPlace& place : copies_of(input)) {
    const Instruction& copy = *place.instruction;
    if (copy.words.size() < 2) continue;
    const Word& target = copy.words.back();
    std::optional<std::string> path = known_value(input, place.index, target.text);
    if (!path || path->empty() || is_absolute_path(*path)) continue;
    if (is_working_dir_known(input, place.index)) continue;
    Finding finding =
        make_finding(kCopyRelativeDest,
                     target.range,
                     in_ticks(*path) + " is counted from whatever folder the base image has set",
                     "Set `WORKDIR` before it or write the whole path");
    if (!place.is_onbuild && copy.form != ArgumentForm::Json) finding.fix = root_fix(input, target);
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kCopyRelativeDest = {
    {.name = "copy-relative-dest",
     .code = "WH2102",
     .aliases = "DL3045",
     .severity = Severity::Warning,
     .summary = "COPY to a relative path where no WORKDIR is set",
     .why =
         "Without WORKDIR the destination is counted from the folder that the base image happens "
         "to have set. When that changes with the next tag, the files are somewhere else.",
     .bad = "FROM debian:bookworm\nCOPY app.conf app.conf\n",
     .good = "FROM debian:bookworm\nCOPY app.conf /app.conf\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
