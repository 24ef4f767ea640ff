// Directives are written in lower case.
#include "base/strings.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kDirectiveCasing;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const Directive& directive : input.file->directives) {
    std::string_view text = input.file->text(directive.range);
    size_t at = text.find_first_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (at == text.npos) continue;
    std::string_view name = text.substr(at, directive.key.size());
    if (name == directive.key || !equals_ignoring_case(name, directive.key)) continue;
    uint32_t begin = directive.range.begin + static_cast<uint32_t>(at);
    Range range{begin, begin + static_cast<uint32_t>(name.size())};
    Finding finding = make_finding(kDirectiveCasing,
                                   range,
                                   "The directive " + in_ticks(name) + " is not in lower case",
                                   "Write " + in_ticks(directive.key));
    finding.fix = make_fix("Write it in lower case", Applicability::Safe, {{range, directive.key}});
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kDirectiveCasing = {
    {.name = "directive-casing",
     .code = "WH3405",
     .aliases = "CASING_DIRECTIVE",
     .severity = Severity::Style,
     .summary = "A parser directive that is not in lower case",
     .why = "The builder reads `# Syntax=` and `# ESCAPE=` as it reads the lower-case form; other "
            "tools do not, and see a comment.",
     .bad = "# Escape=\\\nFROM debian:bookworm\n",
     .good = "# escape=\\\nFROM debian:bookworm\n",
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
