// Base images that are named without their digest.
#include "lint/findings.h"
#include "lint/image_names.h"
#include "lint/image_pins.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kImageNotDigest;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const Stage& stage : input.file->stages) {
    std::optional<std::string> name = known_base_image(input, stage.index);
    if (!name || !is_valid_image_name(*name)) continue;
    ImageName image = split_image_name(*name);
    if (!image.digest.empty()) continue;
    Finding finding = make_finding(kImageNotDigest,
                                   stage.base_range,
                                   in_ticks(*name) + " is whatever was pushed last by that name",
                                   "Add `@sha256:...` behind the tag");
    finding.fix = digest_fix(input, stage, *name, image.tag.empty() ? ":latest" : "");
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kImageNotDigest = {
    {.name = "image-not-digest",
     .code = "WH2206",
     .aliases = "no-stale-base-digest",
     .severity = Severity::Warning,
     .summary = "FROM without a digest",
     .why =
         "A tag can be moved to another image, by its owner for a fix or by whoever gets hold of "
         "the account; with a digest the base image is the same in every build. The tag stays "
         "in front of it for people to read, and a bot that renews digests keeps the fixes "
         "coming. With `--online` the fix asks the registry for the digest of the tag. Off "
         "unless asked for: without such a bot a digest keeps fixes out.",
     .bad = "FROM debian:bookworm\n",
     .good = "FROM "
             "debian:bookworm@sha256:"
             "24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
