// `FROM x as y`: one keyword in capitals, one not.
#include "base/strings.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kFromAsCasing;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const Stage& stage : input.file->stages) {
    const Instruction& from = input.file->instructions[stage.from];
    if (from.words.size() != 3) continue;
    bool is_upper = from.keyword_text == to_upper(from.keyword_text);
    bool is_lower = from.keyword_text == to_lower(from.keyword_text);
    const Word& as = from.words[1];
    std::string wanted = is_upper ? "AS" : "as";
    if ((!is_upper && !is_lower) || as.text == wanted) continue;
    Finding finding = make_finding(
        kFromAsCasing,
        as.range,
        in_ticks(as.text) + " and " + in_ticks(from.keyword_text) + " are cased differently",
        "Write " + in_ticks(wanted));
    finding.fix = make_fix("Write " + in_ticks(wanted), Applicability::Safe, {{as.range, wanted}});
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kFromAsCasing = {
    {.name = "from-as-casing",
     .code = "WH2213",
     .aliases = "FromAsCasing",
     .severity = Severity::Style,
     .summary = "`AS` is cased unlike its FROM",
     .why = "Keywords of one line are easier to find when they are written alike. Not judged when "
            "FROM itself is in mixed case.",
     .bad = "FROM debian:bookworm as build\n",
     .good = "FROM debian:bookworm AS build\n",
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
