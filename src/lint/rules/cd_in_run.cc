// A RUN that begins with `cd` where WORKDIR could say so.
#include "base/strings.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/stages.h"

namespace whittle {

extern const Rule kCdInRun;

namespace {

// The first command of the RUN if it is a `cd` to one place and && or nothing follows.
const ShellNode* leading_cd(const RunText& run) {
  const std::vector<ShellNode>& nodes = run.script->root.children;
  if (nodes.empty() || nodes[0].kind != ShellNodeKind::Simple || nodes[0].negated) return nullptr;
  const ShellNode& cd = nodes[0];
  if (cd.command_name() != "cd" || cd.words.size() != 2 || !cd.redirects.empty()) return nullptr;
  bool is_followed = nodes.size() == 1 || nodes[1].op_before == ShellOp::And ||
                     nodes[1].op_before == ShellOp::Sequence;
  return is_followed ? &cd : nullptr;
}

std::optional<Fix> workdir_fix(const LintInput& input, const RunText& run, const ShellNode& cd) {
  const std::optional<std::string>& target = cd.words[1].value;
  bool is_plain = target && !target->empty() && (*target)[0] == '/' &&
                  target->find_first_of(" \t\"'$\\") == std::string::npos;
  if (!is_plain || run.is_onbuild || !is_editable_run(input, run.index)) return std::nullopt;
  const std::vector<ShellNode>& nodes = run.script->root.children;
  const Instruction& instruction = *run.instruction;
  if (nodes.size() == 1) {
    return make_fix(
        "Use WORKDIR",
        Applicability::Unsafe,
        {{{instruction.keyword.begin, instruction.arguments.end}, "WORKDIR " + *target}});
  }
  if (nodes[1].op_before != ShellOp::And) return std::nullopt;
  Range gap{cd.range.begin, nodes[1].range.begin};
  if (contains(input.file->text(gap), "#")) return std::nullopt;
  uint32_t begin = instruction.range.begin;
  return make_fix("Use WORKDIR",
                  Applicability::Unsafe,
                  {{{begin, begin}, "WORKDIR " + *target + input.file->line_end}, {gap, ""}});
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    const ShellNode* cd = leading_cd(run);
    if (cd == nullptr) continue;
    bool is_alone = run.script->root.children.size() == 1;
    Finding finding = make_finding(
        kCdInRun,
        cd->range,
        is_alone ? "`cd` ends with its RUN, the next instruction does not see it"
                 : "The RUN begins with `cd`, which `WORKDIR` says for all that follows",
        "Use `WORKDIR`");
    finding.fix = workdir_fix(input, run, *cd);
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kCdInRun = {
    {.name = "cd-in-run",
     .code = "WH2031",
     .aliases = "DL3003 DS-0013",
     .severity = Severity::Warning,
     .summary = "A RUN begins with `cd`",
     .why = "`cd` holds to the end of its RUN and the next instruction starts where WORKDIR says. "
            "Only a `cd` in front of everything else is reported, as WORKDIR can take its place; "
            "one between two commands or in a subshell is how a shell works.",
     .bad = "FROM debian:bookworm\nRUN cd /usr/src && make\n",
     .good = "FROM debian:bookworm\nWORKDIR /usr/src\nRUN make\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
