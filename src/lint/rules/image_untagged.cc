// A base image of which only the name is fixed.
#include "lint/findings.h"
#include "lint/image_names.h"
#include "lint/image_pins.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kImageUntagged;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const Stage& stage : input.file->stages) {
    std::optional<std::string> name = known_base_image(input, stage.index);
    if (!name || name->back() == ':') continue;
    ImageName image = split_image_name(*name);
    if (!image.tag.empty() || !image.digest.empty()) continue;
    Finding finding = make_finding(kImageUntagged,
                                   stage.base_range,
                                   in_ticks(*name) + " has no tag, each build takes the newest",
                                   "Add the tag of a release");
    finding.fix = digest_fix(input, stage, *name, ":latest");
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kImageUntagged = {
    {.name = "image-untagged",
     .code = "WH2201",
     .aliases = "DL3006 DKL-DI-0006 DS-0001 CKV_DOCKER_7 missing_tag",
     .severity = Severity::Warning,
     .summary = "FROM without a tag or digest",
     .why = "Without a tag the image is `latest` of the day of the build: the next build may stand "
            "on another release. ARGs in the name are resolved by their defaults; a name with a "
            "variable that has none is not judged, stages and `scratch` have no tag.",
     .bad = "FROM debian\n",
     .good = "FROM debian:bookworm\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
