// COPY --from a name that no earlier stage has.
#include <algorithm>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"
#include "lint/stages.h"

namespace whittle {

extern const Rule kCopyFromUnknown;

namespace {

constexpr size_t kFewTypos = 2;

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_stage_before(const LintInput& input, uint32_t stage, std::string_view name) {
  if (is_number(name)) {
    std::optional<uint64_t> number = parse_u64(name);
    return number && *number <= stage;  // its own number is another rule's
  }
  for (uint32_t i = 0; i <= stage; ++i) {
    if (equals_ignoring_case(input.file->stages[i].name, name)) return true;
  }
  return false;
}

bool is_exempt(const LintInput& input, std::string_view name) {
  if (name.empty() || contains(name, "$") || contains(name, ":") || contains(name, "@"))
    return true;
  const std::vector<std::string>& contexts = input.settings.named_contexts;
  return std::any_of(contexts.begin(), contexts.end(), [&](const std::string& context) {
    return equals_ignoring_case(context, name);
  });
}

// The earlier stage whose name is the most alike.
std::string nearest_stage(const LintInput& input, uint32_t stage, std::string_view name) {
  std::string best;
  size_t best_distance = kFewTypos + 1;
  for (uint32_t i = 0; i < stage; ++i) {
    const std::string& other = input.file->stages[i].name;
    if (other.empty() || other.size() > name.size() + kFewTypos) continue;
    size_t distance = edit_distance(to_lower(name), other);
    if (distance >= best_distance || distance >= name.size()) continue;
    best = other;
    best_distance = distance;
  }
  return best;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const InstructionPlace& place : instructions_of(input, InstructionKind::Copy)) {
    const Flag* from = place.instruction->flag("from");
    uint32_t stage = place.instruction->stage;
    if (from == nullptr || stage >= input.file->stages.size()) continue;
    if (is_exempt(input, from->value) || is_stage_before(input, stage, from->value)) continue;
    Finding finding =
        make_finding(kCopyFromUnknown,
                     from->value_range,
                     in_ticks(from->value) +
                         (is_number(from->value) ? " is the number of no earlier stage"
                                                 : " is no earlier stage, an image of that name is "
                                                   "pulled"),
                     "Name an earlier stage, or an image with its tag");
    std::string nearest = nearest_stage(input, stage, from->value);
    if (!nearest.empty()) {
      finding.help = "Did you mean " + in_ticks(nearest) + "?";
      bool is_plain = input.file->text(from->value_range) == from->value;
      if (is_plain && !place.is_onbuild) {
        finding.fix = make_fix(
            "Use " + in_ticks(nearest), Applicability::Unsafe, {{from->value_range, nearest}});
      }
    }
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kCopyFromUnknown = {
    {.name = "copy-from-unknown",
     .code = "WH2104",
     .aliases = "DL3022",
     .severity = Severity::Warning,
     .summary = "COPY --from names no earlier stage",
     .why = "What is no stage is pulled as an image: a misspelt stage becomes a foreign image of "
            "that name, of its newest version. An image should be written with its tag or digest, "
            "which also tells it from a stage; contexts that are given to the build by name can be "
            "told to whittle.",
     .bad = "FROM debian:bookworm AS build\nFROM debian:bookworm\nCOPY --from=biuld /app /app\n",
     .good = "FROM debian:bookworm AS build\nFROM debian:bookworm\nCOPY --from=build /app /app\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
