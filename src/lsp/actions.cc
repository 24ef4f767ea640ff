#include "lsp/actions.h"

#include <algorithm>

#include "lsp/suppress_edit.h"
#include "plan/guard.h"

namespace whittle {

namespace {

bool touches(Range finding, Range range) {
  return finding.begin <= range.end && range.begin <= finding.end;
}

bool is_safe(const Finding& finding) {
  return finding.fix && finding.fix->applicability == Applicability::Safe;
}

void add_fix(const Dockerfile& file,
             const LintedFile& linted,
             size_t index,
             const Limits& limits,
             std::vector<FindingAction>& actions) {
  const Finding& finding = linted.findings[index];
  bool is_offered = finding.fix && finding.fix->applicability != Applicability::Shown;
  if (!is_offered) return;
  bool is_proven = is_safe(finding) && is_fix_sound(file, finding, {}, limits);
  if (!is_proven) {
    // What the configuration calls safe has no proof.
    Finding unproven = finding;
    unproven.fix->applicability = Applicability::Unsafe;
    if (!is_fix_sound(file, unproven, {}, limits)) return;
  }
  FindingAction fix;
  fix.title = finding.fix->title;
  fix.finding = index;
  fix.is_preferred = is_proven;
  if (!fix.is_preferred) fix.title += " (unsafe)";
  fix.edits = finding.fix->edits;
  fix.ignore_lines = finding.fix->ignore_lines;
  actions.push_back(std::move(fix));
  auto count =
      std::count_if(linted.findings.begin(), linted.findings.end(), [&](const Finding& one) {
        return one.rule == finding.rule && is_safe(one) && !one.fix->edits.empty();
      });
  if (!is_proven || count < 2) return;
  FindingAction all;
  all.kind = ActionKind::FixRule;
  all.title = "Fix all " + std::to_string(count) + " of " + finding.rule;
  all.finding = index;
  actions.push_back(std::move(all));
}

}  // namespace

std::vector<FindingAction> actions_in(const Dockerfile& file,
                                      const LintedFile& linted,
                                      Range range,
                                      const Limits& limits) {
  std::vector<FindingAction> actions;
  std::vector<FindingAction> comments;
  for (size_t i = 0; i < linted.findings.size(); ++i) {
    const Finding& finding = linted.findings[i];
    if (!touches(finding.range, range)) continue;
    add_fix(file, linted, i, limits, actions);
    std::optional<Edit> comment = suppress_edit(file, finding);
    if (!comment) continue;
    FindingAction suppress;
    suppress.kind = ActionKind::Suppress;
    suppress.title = "Suppress " + finding.rule + " here";
    suppress.finding = i;
    suppress.edits.push_back(std::move(*comment));
    bool is_new = std::none_of(comments.begin(), comments.end(), [&](const FindingAction& other) {
      return other.edits == suppress.edits;
    });
    if (is_new) comments.push_back(std::move(suppress));
  }
  actions.insert(actions.end(),
                 std::make_move_iterator(comments.begin()),
                 std::make_move_iterator(comments.end()));
  return actions;
}

bool has_safe_fix(const LintedFile& linted) {
  return std::any_of(linted.findings.begin(), linted.findings.end(), [](const Finding& finding) {
    return is_safe(finding) && !finding.fix->edits.empty();
  });
}

}  // namespace whittle
