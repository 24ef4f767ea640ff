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

struct LintPolicy {
  std::set<std::string> rules;                 // names of those that run, the two above included
  std::map<std::string, Severity> severities;  // by rule name, where it is not the rule's own
  std::set<std::string> fixable;               // rules whose fixes may be made
  std::set<std::string> safe;                  // rules whose unsafe fixes count as safe
  std::set<std::string> unsafe;                // rules whose safe fixes count as unsafe
  LintSettings settings;
  bool honours_comments = true;  // false: suppressing comments do nothing
};

}  // namespace whittle
