#include "report/lint_summary.h"

namespace whittle {

LintSummary lint_summary(const LintReport& report) {
  LintSummary summary;
  summary.files = report.files.size();
  for (const LintedFile& file : report.files) {
    if (!file.error.empty()) {
      ++summary.unreadable;
      ++summary.by_severity[static_cast<size_t>(Severity::Error)];
    }
    for (const Finding& finding : file.findings) {
      ++summary.by_severity[static_cast<size_t>(finding.severity)];
      if (!finding.fix) continue;
      if (finding.fix->applicability == Applicability::Safe) ++summary.safe_fixes;
      if (finding.fix->applicability == Applicability::Unsafe) ++summary.unsafe_fixes;
    }
    summary.suppressed += file.suppressed.size();
    summary.applied += file.applied.size();
  }
  return summary;
}

}  // namespace whittle
