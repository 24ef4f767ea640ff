// Images from registries that the house does not trust.
#include <algorithm>

#include "base/strings.h"
#include "dockerfile/flags_mount.h"
#include "lint/findings.h"
#include "lint/image_names.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kUntrustedRegistry;

namespace {

bool matches(std::string_view pattern, std::string_view registry) {
  if (pattern == "*") return true;
  if (!pattern.empty() && pattern.front() == '*') {
    std::string_view end = pattern.substr(1);
    return registry.size() >= end.size() && registry.substr(registry.size() - end.size()) == end;
  }
  if (!pattern.empty() && pattern.back() == '*') {
    return registry.substr(0, pattern.size() - 1) == pattern.substr(0, pattern.size() - 1);
  }
  return pattern == registry;
}

// A name without a registry is of Docker Hub, which goes by its two names.
bool is_trusted(const LintInput& input, std::string_view image) {
  std::string registry = to_lower(split_image_name(image).registry);
  bool is_named = equals_ignoring_case(image.substr(0, registry.size()), registry);
  const std::vector<std::string>& trusted = input.settings.trusted_registries;
  return std::any_of(trusted.begin(), trusted.end(), [&](const std::string& text) {
    std::string pattern = to_lower(text);
    return matches(pattern, registry) || (!is_named && matches(pattern, "hub.docker.com"));
  });
}

// What --from names when it is no stage before this one, no number and no context.
bool is_image(const LintInput& input, uint32_t stage, std::string_view name) {
  bool is_number = std::all_of(name.begin(), name.end(), is_digit);
  if (name.empty() || is_number || contains(name, "$") || name == "scratch") return false;
  for (uint32_t i = 0; i <= stage && i < input.file->stages.size(); ++i) {
    if (equals_ignoring_case(input.file->stages[i].name, name)) return false;
  }
  const std::vector<std::string>& contexts = input.settings.named_contexts;
  return std::find(contexts.begin(), contexts.end(), name) == contexts.end();
}

void report(const LintInput& input,
            Range range,
            std::string_view image,
            std::vector<Finding>& findings) {
  if (is_trusted(input, image)) return;
  std::string registry = split_image_name(image).registry;
  Finding finding = make_finding(kUntrustedRegistry,
                                 range,
                                 in_ticks(image) + " is of " + in_ticks(registry) +
                                     ", which is not among the trusted registries",
                                 "Take it from a trusted registry");
  finding.evidence.push_back({"registry", std::move(registry)});
  findings.push_back(std::move(finding));
}

void check_flags(const LintInput& input, std::vector<Finding>& findings) {
  for (const InstructionPlace& place : instructions_of(input, InstructionKind::Copy)) {
    const Flag* from = place.instruction->flag("from");
    if (from && is_image(input, place.instruction->stage, from->value))
      report(input, from->value_range, from->value, findings);
  }
  for (const InstructionPlace& place : instructions_of(input, InstructionKind::Run)) {
    for (const Flag& flag : place.instruction->flags) {
      if (flag.name != "mount") continue;
      Result<Mount> mount = parse_mount(flag.value);
      if (mount.ok() && is_image(input, place.instruction->stage, mount->from))
        report(input, flag.value_range, mount->from, findings);
    }
  }
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  if (input.settings.trusted_registries.empty()) return;
  for (const Stage& stage : input.file->stages) {
    std::optional<std::string> name = known_base_image(input, stage.index);
    if (name) report(input, stage.base_range, *name, findings);
  }
  check_flags(input, findings);
}

}  // namespace

const Rule kUntrustedRegistry = {
    {.name = "untrusted-registry",
     .code = "WH2203",
     .aliases = "DL3026",
     .severity = Severity::Error,
     .summary = "An image from a registry that is not trusted",
     .why = "Silent until registries are named. `*` stands for all, `*.example.com` and `team*` "
            "for those that end or begin so. Names without a registry are of Docker Hub, "
            "`docker.io`. FROM, `COPY --from` and `RUN --mount` from an image are looked at.",
     .bad = "FROM registry.example.org/app:1\n",
     .good = "FROM registry.example.com/app:1\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
