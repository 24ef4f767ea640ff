// {a,b} where dash runs the RUN.
#include "base/strings.h"
#include "lint/expansions.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/sh_program.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kBraceExpansion;

namespace {

// The words of one `{a,b}` without anything else to expand.
std::optional<std::string> written_out(const ShellWord& word) {
  constexpr std::string_view kOther = "$`*?[\"'\\~";
  if (word.is_quoted || word.raw.find_first_of(kOther) != std::string::npos) return std::nullopt;
  size_t open = word.raw.find('{');
  size_t close = word.raw.find('}');
  if (word.raw.find('{', open + 1) != std::string::npos || close == std::string::npos)
    return std::nullopt;
  std::string inner = word.raw.substr(open + 1, close - open - 1);
  if (contains(inner, "..")) return std::nullopt;
  std::string text;
  for (std::string_view part : split(inner, ',')) {
    text += (text.empty() ? "" : " ") + word.raw.substr(0, open) + std::string(part) +
            word.raw.substr(close + 1);
  }
  return text;
}

void check_node(const LintInput& input,
                const RunText& run,
                const ShellNode& node,
                std::vector<Finding>& findings) {
  bool has_words = node.kind == ShellNodeKind::Simple || node.kind == ShellNodeKind::Loop;
  if (!has_words || node.command_name() == "[[") return;
  for (const ShellWord& word : node.words) {
    if (!has_brace_expansion(word.raw)) continue;
    Finding finding = make_finding(kBraceExpansion,
                                   word.range,
                                   "dash leaves " + in_ticks(word.raw) + " as it stands",
                                   "Write the words out, or use bash by `SHELL`");
    std::optional<std::string> text = written_out(word);
    if (text && is_editable(input, run))
      finding.fix = make_fix("Write the words out", Applicability::Unsafe, {{word.range, *text}});
    findings.push_back(std::move(finding));
  }
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : dash_runs(input))
    for_each_node(run.script->root,
                  [&](const ShellNode& node) { check_node(input, run, node, findings); });
}

}  // namespace

const Rule kBraceExpansion = {
    {.name = "brace-expansion",
     .code = "WH3206",
     .aliases = "SC3009",
     .severity = Severity::Warning,
     .summary = "Braces that only bash expands",
     .why =
         "dash takes `{a,b}` as it stands: `mkdir /x/{a,b}` makes one folder with braces in its "
         "name. On Debian and Ubuntu `/bin/sh` is dash; bash is chosen by `SHELL [\"/bin/bash\", "
         "\"-c\"]`. Silent where `/bin/sh` is BusyBox or bash, which understand it.",
     .bad = "FROM debian:bookworm\nRUN mkdir -p /app/{log,run}\n",
     .good = "FROM debian:bookworm\nRUN mkdir -p /app/log /app/run\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
