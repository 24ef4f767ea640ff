// What is asked of the rules over one file: which of them run, how bad their findings are, which
// fixes may be made. Plain values, made from configuration and command line (config/policy.h).
#pragma once

#include <map>
#include <set>
#include <string>

#include "lint/settings.h"
#include "model/finding.h"

namespace whittle {

// Findings that no rule of the table makes.
inline constexpr std::string_view kParseErrorRule = "parse-error";
inline constexpr std::string_view kUnusedSuppressionRule = "unused-suppression";
// Stands for all that ShellCheck says; single ids ("SC2154") are names of rules, too.
inline constexpr std::string_view kShellcheckRule = "shellcheck";

// What other tools call the ways in which a file may not parse.
inline constexpr std::string_view kParseErrorAliases =
    "DL1000 invalid_line invalid_command missing_args extra_args required_params "
    "healthcheck_options_missing_args UNKNOWN_INSTRUCTION INVALID_ESCAPE_DIRECTIVE "
    "DUPLICATED_ESCAPE_DIRECTIVE INVALID_BUILD_STAGE_NAME SHELL_JSON_FORM UNSUPPORTED_MODIFIER "
    "INVALID_PROTO unknown-instruction";

struct LintPolicy {
  std::set<std::string> rules;    // names of those that run, the above included
  std::set<std::string> without;  // ids of ShellCheck that are not wanted, though `shellcheck` is
  std::map<std::string, Severity> severities;  // by rule name, where it is not the rule's own
  std::set<std::string> fixable;               // rules whose fixes may be made
  std::set<std::string> safe;                  // rules whose unsafe fixes count as safe
  std::set<std::string> unsafe;                // rules whose safe fixes count as unsafe
  LintSettings settings;
  bool honours_comments = true;  // false: suppressing comments do nothing
  ShellcheckUse shellcheck = ShellcheckUse::Auto;
  // As hadolint has it: what rules here say by ShellCheck's ids is left to ShellCheck when it is
  // there, and `/bin/sh` is no more than POSIX asks; its comments inside of a RUN do nothing. Else
  // the rules decide about their ids.
  bool imitates_hadolint = false;
};

}  // namespace whittle
