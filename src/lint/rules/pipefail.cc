// The status of a pipe is that of its last command.
#include <algorithm>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/stages.h"

namespace whittle {

extern const Rule kPipefail;

namespace {

bool has_pipefail(const std::vector<std::string>& shell) {
  return std::find(shell.begin(), shell.end(), "pipefail") != shell.end();
}

bool sets_pipefail(const CommandRef& ref) {
  if (ref.node->command_name() != "set") return false;
  return std::any_of(ref.node->words.begin(), ref.node->words.end(), [](const ShellWord& word) {
    return word.value == "pipefail";
  });
}

bool cannot_fail(const ShellNode& node) {
  return node.kind == ShellNodeKind::Simple &&
         is_one_of("echo printf yes :", node.command_name()) && node.substitutions.empty();
}

// The operator of the first pipe in the list whose front may fail; nullopt if there is none.
std::optional<Range> risky_pipe(const ShellNode& list) {
  for (size_t i = 1; i < list.children.size(); ++i) {
    bool is_pipe = list.children[i].op_before == ShellOp::Pipe;
    if (is_pipe && !cannot_fail(list.children[i - 1])) return list.children[i].op_range;
  }
  return std::nullopt;
}

// Lists in the order of the text, as far as a command without pipefail reaches them.
std::optional<Range> find_pipe(const ShellNode& node) {
  if (node.kind == ShellNodeKind::List) {
    if (auto pipe = risky_pipe(node)) return pipe;
  }
  for (const ShellNode& child : node.children) {
    if (auto pipe = find_pipe(child)) return pipe;
  }
  for (const ShellNode& list : node.substitutions) {
    if (auto pipe = find_pipe(list)) return pipe;
  }
  return std::nullopt;
}

// SHELL in front of the RUN, where the base is known to have that shell.
std::optional<Fix> shell_fix(const LintInput& input, const RunText& run) {
  const std::vector<std::string>& shell = input.evaluation.states[run.index].shell;
  bool is_default = shell == std::vector<std::string>{"/bin/sh", "-c"};
  if (run.is_onbuild || !is_default || !is_editable_run(input, run.index)) return std::nullopt;
  uint32_t stage = run.instruction->stage;
  if (stage >= input.file->stages.size()) return std::nullopt;
  while (input.evaluation.parent_stage[stage] >= 0)
    stage = static_cast<uint32_t>(input.evaluation.parent_stage[stage]);
  std::string base = to_lower(input.evaluation.stage_bases[stage]);
  std::string line = contains(base, "alpine")
                         ? "SHELL [\"/bin/ash\", \"-eo\", \"pipefail\", \"-c\"]"
                         : "SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]";
  uint32_t begin = run.instruction->range.begin;
  return make_fix("Set `pipefail` by SHELL",
                  Applicability::Unsafe,
                  {{{begin, begin}, line + input.file->line_end}});
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  uint32_t fixed_stage = Instruction::kNoStage;
  for (const RunText& run : run_texts(input)) {
    if (run.instruction->form == ArgumentForm::Json) continue;
    if (has_pipefail(input.evaluation.states[run.index].shell)) continue;
    std::optional<Range> pipe = find_pipe(run.script->root);
    if (!pipe) continue;
    bool is_set =
        std::any_of(run.commands->begin(), run.commands->end(), [&](const CommandRef& ref) {
          return sets_pipefail(ref) && ref.node->range.begin < pipe->begin;
        });
    if (is_set) continue;
    Finding finding = make_finding(kPipefail,
                                   *pipe,
                                   "The pipe succeeds when its last command does, whatever "
                                   "happens in front of it",
                                   "Set `pipefail` by `SHELL` or `set -o pipefail`");
    // One SHELL serves the whole stage.
    if (fixed_stage != run.instruction->stage) finding.fix = shell_fix(input, run);
    if (finding.fix) fixed_stage = run.instruction->stage;
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kPipefail = {
    {.name = "pipefail",
     .code = "WH2036",
     .aliases = "DL4006",
     .severity = Severity::Warning,
     .summary = "A pipe in a RUN without `pipefail`",
     .why = "A pipe fails when its last command fails; what happens in front of it is lost, as in "
            "`curl ... | tar x` with an error page. `set -o pipefail` makes the pipe fail with any "
            "of its commands. Silent when SHELL or a `set` before the pipe says so, and when the "
            "front is `echo`, `printf` or `yes`, which cannot fail in a way that matters.",
     .bad = "FROM debian:bookworm\nRUN curl -s https://example.com/x | tar x\n",
     .good = "FROM debian:bookworm\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN curl "
             "-s https://example.com/x | tar x\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
