// What an editor offers to do about findings.
#pragma once

#include <string>
#include <vector>

#include "lint/lint.h"
#include "model/lint_report.h"

namespace whittle {

enum class ActionKind { QuickFix, FixRule, Suppress };

struct FindingAction {
  ActionKind kind = ActionKind::QuickFix;
  std::string title;
  size_t finding = 0;  // index into LintedFile::findings
  bool is_preferred = false;
  std::vector<Edit> edits;               // of the document; FixRule: none yet
  std::vector<IgnoreLine> ignore_lines;  // for the ignore file
};

// For the findings that touch `range`, in their order: the fix, all safe fixes of the rule where it
// found more, and the comment that keeps the finding back. Fixes that could not be applied by
// `lint --fix` (by themselves) are left out.
std::vector<FindingAction> actions_in(const Dockerfile& file,
                                      const LintedFile& linted,
                                      Range range,
                                      const Limits& limits);

// True if `lint --fix` would find something to do.
bool has_safe_fix(const LintedFile& linted);

}  // namespace whittle
