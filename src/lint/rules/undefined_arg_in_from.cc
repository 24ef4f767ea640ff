// A variable of FROM that no ARG declares.
#include <algorithm>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/image_names.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kUndefinedArgInFrom;

namespace {

constexpr size_t kFewTypos = 2;

// `ARG a{` is a name, too, but `$a{` is that of `a`.
bool can_be_expanded(std::string_view name) {
  return std::all_of(
      name.begin(), name.end(), [](char c) { return is_alpha(c) || is_digit(c) || c == '_'; });
}

std::string nearest_arg(const std::map<std::string, std::optional<std::string>>& args,
                        std::string_view name) {
  std::string best;
  size_t best_distance = kFewTypos + 1;
  for (const auto& [other, value] : args) {
    if (other.size() > name.size() + kFewTypos || !can_be_expanded(other)) continue;
    size_t distance = edit_distance(other, name);
    if (distance >= best_distance || distance >= name.size()) continue;
    best = other;
    best_distance = distance;
  }
  return best;
}

void check_word(const LintInput& input,
                const std::map<std::string, std::optional<std::string>>& args,
                std::string_view text,
                Range range,
                std::vector<Finding>& findings) {
  if (!contains(text, "$")) return;
  Result<Expansion> expansion = expand_word(text, input.file->escape, [&](std::string_view name) {
    bool is_declared = args.count(std::string(name)) > 0;
    return is_declared ? std::optional<std::string>(name) : std::nullopt;
  });
  if (!expansion.ok()) return;
  for (const std::string& name : expansion->unset) {
    std::string nearest = nearest_arg(args, name);
    Finding finding = make_finding(
        kUndefinedArgInFrom,
        range,
        in_ticks(name) + " is declared by no ARG in front of the first FROM, it is empty here",
        nearest.empty() ? "Declare it by ARG in front of the first FROM"
                        : "Did you mean " + in_ticks(nearest) + "?");
    std::vector<Edit> edits;
    if (!nearest.empty()) edits = rename_variable(input, range, name, nearest);
    if (!edits.empty())
      finding.fix = make_fix("Write " + in_ticks(nearest), Applicability::Unsafe, std::move(edits));
    findings.push_back(std::move(finding));
  }
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  std::map<std::string, std::optional<std::string>> args = global_args(input);
  for (const Stage& stage : input.file->stages) {
    check_word(input, args, stage.base, stage.base_range, findings);
    const Flag* platform = input.file->instructions[stage.from].flag("platform");
    if (platform != nullptr)
      check_word(input, args, platform->value, platform->value_range, findings);
  }
}

}  // namespace

const Rule kUndefinedArgInFrom = {
    {.name = "undefined-arg-in-from",
     .code = "WH2220",
     .aliases = "UndefinedArgInFrom BASE_NAME_EMPTY",
     .severity = Severity::Error,
     .summary = "FROM uses a variable that no ARG in front of it declares",
     .why =
         "FROM knows only ARGs that stand in front of the first FROM and those of the builder, "
         "such as TARGETPLATFORM. Every other variable is empty, also when `--build-arg` names it.",
     .bad = "FROM debian:${RELEASE}\n",
     .good = "ARG RELEASE=bookworm\nFROM debian:${RELEASE}\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
