// Builtins that dash does not have.
#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/sh_program.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kBashBuiltin;

namespace {

constexpr std::string_view kBuiltins =
    "source declare typeset pushd popd dirs shopt let mapfile readarray disown enable complete "
    "compgen builtin caller";

// `. file` looks for a name without a slash in PATH, as `source` does last.
std::optional<Fix> source_fix(const LintInput& input, const RunText& run, const ShellNode& node) {
  if (!is_editable(input, run) || node.words.size() < 2) return std::nullopt;
  return make_fix("Write `.` for `source`", Applicability::Unsafe, {{node.words[0].range, "."}});
}

void check_node(const LintInput& input,
                const RunText& run,
                const ShellNode& node,
                std::vector<Finding>& findings) {
  if (node.kind != ShellNodeKind::Simple || node.words.empty()) return;
  const ShellWord& name = node.words[0];
  bool is_arithmetic = name.raw.substr(0, 2) == "((";
  if (!is_arithmetic && !is_one_of(kBuiltins, name.raw)) return;
  bool is_source = name.raw == "source";
  Finding finding =
      make_finding(kBashBuiltin,
                   name.range,
                   "dash has no " + in_ticks(is_arithmetic ? "(( ))" : name.raw),
                   is_source ? "Write `.`" : "Use what POSIX has, or bash by `SHELL`");
  if (is_source) finding.fix = source_fix(input, run, node);
  findings.push_back(std::move(finding));
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : dash_runs(input))
    for_each_node(run.script->root,
                  [&](const ShellNode& node) { check_node(input, run, node, findings); });
}

}  // namespace

const Rule kBashBuiltin = {
    {.name = "bash-builtin",
     .code = "WH3203",
     .aliases = "SC3044 SC3046 SC3039 SC3045 SC3006 SC3008",
     .severity = Severity::Warning,
     .summary = "A builtin of bash under another shell",
     .why = "dash does not have `source`, `declare`, `pushd`, `shopt`, `let`, `mapfile` and `(( "
            "))`: the RUN ends with \"not found\", or goes on without it when a `;` follows. On "
            "Debian and Ubuntu `/bin/sh` is dash; bash is chosen by `SHELL [\"/bin/bash\", "
            "\"-c\"]`. Silent where `/bin/sh` is BusyBox or bash, which understand it.",
     .bad = "FROM debian:bookworm\nRUN source /opt/venv/bin/activate && make\n",
     .good = "FROM debian:bookworm\nRUN . /opt/venv/bin/activate && make\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
