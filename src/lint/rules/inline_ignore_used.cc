// Comments that keep findings back.
#include <initializer_list>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/instructions.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kInlineIgnoreUsed;

namespace {

// "ignore=" or "ignore =" behind the name of a tool.
bool is_pragma(std::string_view comment) {
  std::string text = to_lower(trim(comment.substr(1)));
  for (std::string_view tool :
       {"hadolint", "whittle:", "tally", "dockerfile-utils:", "trivy:", "checkov:"}) {
    if (text.substr(0, tool.size()) != tool) continue;
    std::string_view rest = trim_left(std::string_view(text).substr(tool.size()));
    return rest.substr(0, 6) == "ignore" || rest.substr(0, 4) == "skip";
  }
  return text.substr(0, 11) == "check=skip=";
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const Token& token : input.file->tokens) {
    if (token.kind != TokenKind::Comment && token.kind != TokenKind::Directive) continue;
    std::string_view text = input.file->text(token.range);
    if (text.empty() || text[0] != '#' || !is_pragma(text)) continue;
    findings.push_back(make_finding(
        kInlineIgnoreUsed, token.range, "This comment keeps findings back", "Mend what it hides"));
  }
}

}  // namespace

const Rule kInlineIgnoreUsed = {
    {.name = "inline-ignore-used",
     .code = "WH2217",
     .aliases = "DL1001",
     .severity = Severity::Style,
     .summary = "A comment switches a rule off",
     .why = "For houses in which findings are mended or agreed on, not silenced in place: each "
            "comment that silences one is found. Off unless asked for.",
     .bad = "# hadolint ignore=DL3006\nFROM debian\n",
     .good = "FROM debian:bookworm\n",
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
