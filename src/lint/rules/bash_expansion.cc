// Expansions that dash does not have.
#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/expansions.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/sh_program.h"

namespace whittle {

extern const Rule kBashExpansion;

namespace {

constexpr std::string_view kBashVariables =
    "RANDOM SECONDS EPOCHSECONDS BASH_SOURCE BASH_VERSION FUNCNAME PIPESTATUS HOSTTYPE MACHTYPE "
    "OSTYPE DIRSTACK UID EUID SHLVL";

bool is_bash_modifier(std::string_view modifier) {
  if (modifier.empty()) return false;
  if (modifier == "!") return true;
  if (modifier[0] == '/' || modifier[0] == '^' || modifier[0] == ',' || modifier[0] == '[' ||
      modifier[0] == '@')
    return true;
  return modifier.size() > 1 && modifier[0] == ':' &&
         (is_digit(modifier[1]) || modifier[1] == ' ' || modifier[1] == '$');
}

bool is_set_here(const LintInput& input, const RunText& run, std::string_view name) {
  return input.evaluation.states[run.index].environment.find(name).has_value() ||
         contains(run.instruction->text, std::string(name) + "=");
}

void check_word(const LintInput& input,
                const RunText& run,
                const ShellWord& word,
                std::vector<Finding>& findings) {
  for (const WordExpansion& expansion : expansions_of(word)) {
    bool is_bash =
        expansion.kind == ExpansionKind::AnsiQuote || is_bash_modifier(expansion.modifier);
    bool is_variable = expansion.kind == ExpansionKind::Parameter && expansion.modifier.empty() &&
                       is_one_of(kBashVariables, expansion.name) &&
                       !is_set_here(input, run, expansion.name);
    if (!is_bash && !is_variable) continue;
    findings.push_back(make_finding(kBashExpansion,
                                    expansion.range,
                                    "dash does not know " + in_ticks(expansion.text),
                                    "Use what POSIX has, or bash by `SHELL`"));
  }
}

void check_assignment(const ShellAssignment& assignment, std::vector<Finding>& findings) {
  if (assignment.value.raw.substr(0, 1) != "(") return;
  findings.push_back(make_finding(kBashExpansion,
                                  assignment.range,
                                  "dash has no arrays, the RUN ends with a syntax error",
                                  "Use words in a loop, or bash by `SHELL`"));
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : dash_runs(input)) {
    for_each_node(run.script->root, [&](const ShellNode& node) {
      for (const ShellWord& word : node.words) check_word(input, run, word, findings);
      for (const ShellRedirect& redirect : node.redirects)
        check_word(input, run, redirect.target, findings);
      for (const ShellAssignment& assignment : node.assignments) {
        check_assignment(assignment, findings);
        check_word(input, run, assignment.value, findings);
      }
    });
  }
}

}  // namespace

const Rule kBashExpansion = {
    {.name = "bash-expansion",
     .code = "WH3207",
     .aliases = "SC3003 SC3024 SC3028 SC3030 SC3053 SC3054 SC3057 SC3059 SC3060",
     .severity = Severity::Warning,
     .summary = "An expansion of bash under another shell",
     .why =
         "dash stops with \"Bad substitution\" at `${x//a/b}`, `${x:0:2}`, `${x^^}` and `${!x}`, "
         "with a syntax error at arrays, and takes `$'...'` and `$RANDOM` for what they are not. "
         "On Debian and Ubuntu `/bin/sh` is dash; bash is chosen by `SHELL [\"/bin/bash\", "
         "\"-c\"]`. Silent where `/bin/sh` is BusyBox or bash, which understand it.",
     .bad = "FROM debian:bookworm\nRUN v=1.2 && echo ${v//./_}\n",
     .good = "FROM debian:bookworm\nRUN v=1.2 && echo \"$v\" | tr . _\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
