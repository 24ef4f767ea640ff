// All that is said about a rule: for `whittle explain` and for docs/rules/<rule>.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/lint_report.h"

namespace whittle {

struct RulePage {
  RuleDescription rule;
  bool is_off = false;  // unless it is asked for
  std::string since;    // version
  // What its fixes do and how they are asked for, a sentence each; none: it has no fix.
  std::vector<std::string> fixes;
  // How its findings are kept back: what for, and the line to write.
  std::vector<std::pair<std::string, std::string>> suppressions;
};

// Of a rule of the table, a pseudo rule, or an id of ShellCheck; nullopt for other names.
std::optional<RulePage> rule_page_of(std::string_view name);

// The page as Markdown, with a heading of the first level.
std::string rule_page_markdown(const RulePage& page);

}  // namespace whittle
