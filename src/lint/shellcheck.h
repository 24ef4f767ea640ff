// ShellCheck over RUN: the program is used when it is there, its findings stand where they belong
// in the Dockerfile. Not a rule: it runs a program, and findings of ids SC#### are not of the
// table.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "lint/lint.h"

namespace whittle {

struct ShellcheckOptions {
  std::string program = "shellcheck";  // looked up on PATH
  std::vector<std::string> excluded;   // further ids: "SC2086"
  uint64_t timeout_ms = 30'000;        // for one RUN
};

// True if the program starts. Looks every time.
bool has_shellcheck(const ShellcheckOptions& options, const CancelToken& cancel);

// The findings of all RUNs of a POSIX shell, ONBUILD and heredocs included, by position; rule is
// the id, "SC2086", and the severity that of ShellCheck. SC1090, SC1091 and SC2187 are left out:
// they speak of files and shells that a build does not have. Variables of ARG and ENV count as set.
// A RUN that ShellCheck does not answer for, in time and in its format, gives none. Errors:
// NotFound when the program is missing, Cancelled. Source of the format: shellcheck(1), "json1".
Result<std::vector<Finding>> shellcheck_findings(const LintInput& input,
                                                 const ShellcheckOptions& options,
                                                 const CancelToken& cancel);

}  // namespace whittle
