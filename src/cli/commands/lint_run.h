// A lint request to its outcome: sources, findings, fixes written, reports. Internal to the
// command.
#pragma once

#include "cli/commands/lint_options.h"

namespace whittle {

Result<Outcome> run_lint(const LintRequest& request, const Invocation& invocation);

// 1 if a finding is at least that bad, 2 if a file could not be read, else 0.
int lint_exit_code(const LintReport& report, FailLevel level);

// Renders each report; those with a file are written. Returns what goes to standard output.
// Errors: Usage when two want standard output.
Result<std::string> write_reports(const LintReport& report,
                                  const std::vector<ReportTarget>& targets,
                                  const Invocation& invocation);

}  // namespace whittle
