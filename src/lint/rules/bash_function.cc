// `function` where dash runs the RUN.
#include "base/strings.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/sh_program.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kBashFunction;

namespace {

constexpr std::string_view kKeyword = "function";

// "function f" and "function f()" as "f()".
std::optional<Fix> plain_fix(const LintInput& input, const RunText& run, const ShellNode& node) {
  if (!is_editable(input, run) || node.words.empty()) return std::nullopt;
  const ShellWord& name = node.words[0];
  size_t behind = input.file->source.find_first_not_of(" \t", name.range.end);
  bool has_parens = behind != std::string::npos && input.file->source[behind] == '(';
  std::vector<Edit> edits = {{{node.range.begin, name.range.begin}, ""}};
  if (!has_parens) edits.push_back(insert_at(name.range.end, "()"));
  return make_fix("Write it as POSIX does", Applicability::Unsafe, std::move(edits));
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : dash_runs(input)) {
    for_each_node(run.script->root, [&](const ShellNode& node) {
      if (node.kind != ShellNodeKind::Function) return;
      std::string_view text = input.file->text(node.range);
      if (text.substr(0, kKeyword.size()) != kKeyword || text.size() == kKeyword.size() ||
          !is_blank(text[kKeyword.size()]))
        return;
      uint32_t begin = node.range.begin;
      Finding finding = make_finding(kBashFunction,
                                     {begin, begin + static_cast<uint32_t>(kKeyword.size())},
                                     "dash has no `function`, the RUN ends with a syntax error",
                                     "Write `name() { ...; }`");
      finding.fix = plain_fix(input, run, node);
      findings.push_back(std::move(finding));
    });
  }
}

}  // namespace

const Rule kBashFunction = {
    {.name = "bash-function",
     .code = "WH3208",
     .aliases = "SC2112 SC2113 SC3033",
     .severity = Severity::Warning,
     .summary = "A function in the form of bash under another shell",
     .why = "dash reads `function` as the name of a command, and stops with a syntax error at the "
            "brace behind it. On Debian and Ubuntu `/bin/sh` is dash; bash is chosen by `SHELL "
            "[\"/bin/bash\", \"-c\"]`. Silent where `/bin/sh` is BusyBox or bash, which understand "
            "it.",
     .bad =
         "FROM debian:bookworm\nRUN function get { curl -fsSL \"$1\"; }; get https://example.com\n",
     .good = "FROM debian:bookworm\nRUN get() { curl -fsSL \"$1\"; }; get https://example.com\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
