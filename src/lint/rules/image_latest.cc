// A base image with the tag that moves.
#include "lint/findings.h"
#include "lint/image_names.h"
#include "lint/image_pins.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kImageLatest;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const Stage& stage : input.file->stages) {
    std::optional<std::string> name = known_base_image(input, stage.index);
    if (!name) continue;
    ImageName image = split_image_name(*name);
    if (image.tag != "latest" || !image.digest.empty()) continue;
    Finding finding = make_finding(kImageLatest,
                                   stage.base_range,
                                   in_ticks(*name) + " is another image after the next release",
                                   "Use the tag of a release");
    finding.fix = digest_fix(input, stage, *name, "");
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kImageLatest = {
    {.name = "image-latest",
     .code = "WH2202",
     .aliases = "DL3007 DKL-DI-0006 DS-0001 CKV_DOCKER_7 latest_tag",
     .severity = Severity::Warning,
     .summary = "FROM with the tag `latest`",
     .why = "`latest` is whatever was pushed without another tag: the next build may stand on "
            "another release. With a digest the tag is only a remark.",
     .bad = "FROM debian:latest\n",
     .good = "FROM debian:bookworm\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
