#include "model/scan_diff.h"

namespace whittle {

uint64_t count_findings(const ScanReport& report) {
  uint64_t count = report.findings.size() + report.secrets.size();
  for (const CheckFinding& check : report.checks) count += check.evidence.size();
  return count;
}

bool has_failed(const ScanDiff& diff) {
  if (!diff.fail_on) return count_findings(diff.came) > 0;
  ScanReport gated;
  gated.fail_on = diff.fail_on;
  gated.findings = diff.came.findings;
  gated.secrets = diff.came.secrets;
  gated.checks = diff.came.checks;
  return has_failed(gated);
}

}  // namespace whittle
