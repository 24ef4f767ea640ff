// Base images that are not there for the platform that is built.
#include <algorithm>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/image_names.h"
#include "lint/online.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kPlatformBaseMismatch;

namespace {

// "linux/arm64" of "linux/arm64/v8", with the names of architectures that users write.
std::string normal_platform(std::string_view text) {
  std::vector<std::string_view> parts = split(text, '/');
  if (parts.size() < 2) return "";
  std::string architecture = to_lower(parts[1]);
  if (architecture == "x86_64" || architecture == "x86-64") architecture = "amd64";
  if (architecture == "aarch64") architecture = "arm64";
  if (architecture == "i386") architecture = "386";
  return to_lower(parts[0]) + "/" + architecture;
}

// What the stage is built for; "" when it is not known.
std::string wanted_platform(const LintInput& input, const Stage& stage) {
  const Flag* flag = input.file->instructions[stage.from].flag("platform");
  if (flag == nullptr || contains(flag->value, "TARGETPLATFORM") ||
      contains(flag->value, "BUILDPLATFORM"))
    return normal_platform(input.settings.platform);
  Result<Expansion> expansion = expand_with_defaults(input, flag->value);
  bool is_known = expansion.ok() && expansion->unset.empty();
  return is_known ? normal_platform(expansion->text) : "";
}

std::string names_of(const std::vector<ImagePlatform>& platforms) {
  constexpr size_t kMaxNames = 8;
  std::vector<std::string> names;
  for (const ImagePlatform& platform : platforms) {
    std::string name = platform.os + "/" + platform.architecture;
    bool is_new = std::find(names.begin(), names.end(), name) == names.end();
    if (is_new && names.size() < kMaxNames) names.push_back(std::move(name));
  }
  return join(names, ", ");
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  if (input.online == nullptr) return;
  for (const Stage& stage : input.file->stages) {
    std::optional<std::string> name = known_base_image(input, stage.index);
    std::string wanted = wanted_platform(input, stage);
    if (!name || wanted.empty() || !is_valid_image_name(*name)) continue;
    std::optional<std::vector<ImagePlatform>> platforms = input.online->image_platforms(*name);
    if (!platforms || platforms->empty()) continue;
    bool is_there =
        std::any_of(platforms->begin(), platforms->end(), [&](const ImagePlatform& platform) {
          return normal_platform(platform.os + "/" + platform.architecture) == wanted;
        });
    if (is_there) continue;
    findings.push_back(
        make_finding(kPlatformBaseMismatch,
                     stage.base_range,
                     in_ticks(*name) + " is there for " + in_ticks(names_of(*platforms)) +
                         ", not for " + in_ticks(wanted),
                     "Take an image that is there for the platform, or build for one of those"));
  }
}

}  // namespace

const Rule kPlatformBaseMismatch = {
    {.name = "platform-base-mismatch",
     .code = "WH2207",
     .aliases = "InvalidBaseImagePlatform platform-mismatch",
     .severity = Severity::Error,
     .summary = "The base image is not there for the platform",
     .why = "A build for a platform that the base image does not have ends, or goes on with "
            "programs that the machine can run by emulation alone. Found only with `--online`, as "
            "the registry has to be asked. A stage without `--platform` is built for that of "
            "`--build-arg TARGETPLATFORM=`, else for the platform of this machine.",
     .bad = "FROM --platform=linux/s390x debian:bookworm\n",
     .good = "FROM --platform=linux/amd64 debian:bookworm\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
