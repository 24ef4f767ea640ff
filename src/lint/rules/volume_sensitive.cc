// VOLUME of /sys, /dev and /proc.
#include "base/strings.h"
#include "context/files.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kVolumeSensitive;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const InstructionPlace& place : instructions_of(input, InstructionKind::Volume)) {
    for (const Word& word : place.instruction->words) {
      std::optional<std::string> path = known_value(input, place.index, word.text);
      if (!path) continue;
      std::string clean = clean_path(*path);
      bool is_sensitive = clean == "/proc" || clean == "/sys" || clean == "/dev";
      if (!is_sensitive) continue;
      findings.push_back(make_finding(kVolumeSensitive,
                                      word.range,
                                      in_ticks(clean) + " belongs to the kernel, a volume hides it",
                                      "Drop the volume"));
    }
  }
}

}  // namespace

const Rule kVolumeSensitive = {
    {.name = "volume-sensitive",
     .code = "WH3302",
     .aliases = "DKL-DI-0002",
     .severity = Severity::Error,
     .summary = "VOLUME of a folder of the kernel",
     .why = "What `/proc`, `/sys` and `/dev` show is made by the kernel of the machine. A volume "
            "there hides it from the container, or hands it to others.",
     .bad = "FROM debian:bookworm\nVOLUME /proc\n",
     .good = "FROM debian:bookworm\nVOLUME /data\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
