// A FROM that needs a build argument to be valid.
#include <algorithm>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/image_names.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kDefaultArgInFrom;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  std::map<std::string, std::optional<std::string>> args = global_args(input);
  for (const Stage& stage : input.file->stages) {
    if (!contains(stage.base, "$")) continue;
    Result<Expansion> expansion = expand_with_defaults(input, stage.base);
    if (!expansion.ok()) continue;
    // A variable that nobody declares is another rule's.
    bool is_declared = std::all_of(expansion->missing.begin(),
                                   expansion->missing.end(),
                                   [&](const std::string& name) { return args.count(name) > 0; });
    bool is_stage =
        std::any_of(input.file->stages.begin(), input.file->stages.end(), [&](const Stage& other) {
          return !other.name.empty() && equals_ignoring_case(other.name, expansion->text);
        });
    if (!is_declared || is_stage || is_valid_image_name(expansion->text)) continue;
    std::string became =
        expansion->text.empty() ? "is empty" : "becomes " + in_ticks(expansion->text);
    findings.push_back(make_finding(
        kDefaultArgInFrom,
        stage.base_range,
        in_ticks(stage.base) + " " + became + " without build arguments, which is no image",
        "Give the ARG a default"));
  }
}

}  // namespace

const Rule kDefaultArgInFrom = {
    {.name = "default-arg-in-from",
     .code = "WH2221",
     .aliases = "InvalidDefaultArgInFrom",
     .severity = Severity::Warning,
     .summary = "The defaults of its ARGs make FROM invalid",
     .why = "Without `--build-arg` the name of the base image is empty or no name of an image, and "
            "the build fails. A default makes the file build by itself.",
     .bad = "ARG TAG\nFROM debian:${TAG}\n",
     .good = "ARG TAG=bookworm\nFROM debian:${TAG}\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
