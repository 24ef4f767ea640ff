// A platform that is the default.
#include "base/strings.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kPlatformRedundant;

namespace {

// The flag with the blank behind it.
Edit without_flag(const Dockerfile& file, const Flag& flag) {
  Range range = flag.range;
  while (range.end < file.source.size() && is_blank(file.source[range.end])) ++range.end;
  return {range, ""};
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const Stage& stage : input.file->stages) {
    const Flag* flag = input.file->instructions[stage.from].flag("platform");
    if (flag == nullptr) continue;
    if (flag->value != "$TARGETPLATFORM" && flag->value != "${TARGETPLATFORM}") continue;
    Finding finding = make_finding(kPlatformRedundant,
                                   flag->range,
                                   "The platform of the build is taken without this as well",
                                   "Drop it");
    finding.fix =
        make_fix("Drop `--platform`", Applicability::Safe, {without_flag(*input.file, *flag)});
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kPlatformRedundant = {
    {.name = "platform-redundant",
     .code = "WH2205",
     .aliases = "DL3065 RedundantTargetPlatform",
     .severity = Severity::Info,
     .summary = "FROM with `--platform=$TARGETPLATFORM`",
     .why = "The base image is taken for the platform of the build anyway, which is what "
            "TARGETPLATFORM holds.",
     .bad = "FROM --platform=$TARGETPLATFORM debian:bookworm\n",
     .good = "FROM debian:bookworm\n",
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
