// COPY without --chown behind USER.
#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/context_sources.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/stages.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kCopyAfterUserNoChown;

namespace {

// Programs and settings, which belong to root as they should.
bool is_system_path(std::string_view target) {
  size_t end = target.find('/', 1);
  return is_one_of("/usr /bin /sbin /lib /etc /docker-entrypoint.d", target.substr(0, end));
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& copy = input.file->instructions[i];
    bool is_copy = copy.kind == InstructionKind::Copy || copy.kind == InstructionKind::Add;
    if (!is_copy || copy.flag("chown") != nullptr || !is_in_final_chain(input, copy.stage))
      continue;
    const std::string& user = input.evaluation.states[i].user;
    // The user who was set in this stage or one it is FROM, as far as the text says who it is.
    bool is_known = !user.empty() && !contains(user, "$") && !contains(user, " ");
    if (!is_known || runs_as_root(input, i) || is_windows_stage(input, copy.stage)) continue;
    if (is_system_path(copy_target(input, i))) continue;
    Finding finding =
        make_finding(kCopyAfterUserNoChown,
                     copy.range.begin == copy.keyword.begin ? copy.keyword : copy.range,
                     "What is copied belongs to root, not to " + in_ticks(user),
                     "Add " + in_ticks("--chown=" + user) + " if the program writes there");
    finding.fix = make_fix("Give the files to the user",
                           Applicability::Unsafe,
                           {insert_at(copy.keyword.end, " --chown=" + user)});
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kCopyAfterUserNoChown = {
    {.name = "copy-after-user-no-chown",
     .code = "WH3409",
     .aliases = "copy-after-user-without-chown",
     .severity = Severity::Info,
     .summary = "COPY behind USER stores files of root",
     .why = "COPY does not know of USER: what it stores belongs to root, and the user who runs the "
            "program cannot change it. That may be wanted; where the program writes its own files "
            "it is not.",
     .bad = "FROM debian:bookworm\nUSER 10001\nCOPY app.conf /app/\n",
     .good = "FROM debian:bookworm\nUSER 10001\nCOPY --chown=10001 app.conf /app/\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
