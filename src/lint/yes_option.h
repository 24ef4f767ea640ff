// Package managers that ask before they install, where nobody can answer. Shared by the rules
// named *-yes.
#pragma once

#include <string_view>
#include <vector>

#include "lint/command_words.h"
#include "lint/package_commands.h"

namespace whittle {

struct YesRule {
  const Rule* rule;
  std::vector<PackageTool> tools;
  std::string_view actions;        // that ask, blank-separated
  std::string_view value_options;  // whose value is the next word
  bool (*is_answered)(const CommandWords& line);
  std::string_view option;  // what the fix adds
  bool is_global = false;   // the option stands in front of the action
};

// yum and what came after it have the same actions and options.
YesRule yum_yes_rule(const Rule& rule, std::vector<PackageTool> tools);

// A finding for each command that will ask. Input from a pipe counts as an answer.
void check_yes(const LintInput& input, const YesRule& rule, std::vector<Finding>& findings);

}  // namespace whittle
