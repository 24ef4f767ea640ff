// A base image for one platform only.
#include "base/strings.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kPlatformConstant;

namespace {

// The flag with the blank behind it.
Edit without_flag(const Dockerfile& file, const Flag& flag) {
  Range range = flag.range;
  while (range.end < file.source.size() && is_blank(file.source[range.end])) ++range.end;
  return {range, ""};
}

bool is_meant(const Stage& stage, std::string_view platform) {
  for (std::string_view part : split(platform, '/')) {
    if (!part.empty() && contains(stage.name, to_lower(part))) return true;
  }
  return false;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const Stage& stage : input.file->stages) {
    const Flag* flag = input.file->instructions[stage.from].flag("platform");
    if (flag == nullptr || contains(flag->value, "$") || is_meant(stage, flag->value)) continue;
    Finding finding =
        make_finding(kPlatformConstant,
                     flag->range,
                     in_ticks(flag->value) + " holds whatever platform the image is built for",
                     "Drop it, or use `$BUILDPLATFORM` for a stage of tools");
    finding.fix =
        make_fix("Drop `--platform`", Applicability::Unsafe, {without_flag(*input.file, *flag)});
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kPlatformConstant = {
    {.name = "platform-constant",
     .code = "WH2204",
     .aliases = "DL3029 FromPlatformFlagConstDisallowed",
     .severity = Severity::Warning,
     .summary = "FROM with a constant `--platform`",
     .why = "A written platform wins over the one that the build is for: `--platform` of the build "
            "and images for several platforms do not work any more, or work by emulation. A "
            "variable follows the build. Silent when the stage's name names the system or the "
            "architecture, which says that it is meant.",
     .bad = "FROM --platform=linux/amd64 debian:bookworm\n",
     .good = "FROM --platform=$BUILDPLATFORM debian:bookworm\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
