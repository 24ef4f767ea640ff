#include "engine/scan_diff.h"

#include <fmt/format.h>

#include <set>
#include <string>

#include "analyze/diff_config.h"

namespace whittle {

namespace {

using Keys = std::set<std::string>;

std::string key_of(const ScanReport& report, const VulnFinding& finding) {
  const Package& package = package_of(report, finding);
  return fmt::format("{}\n{}\n{}", finding.id, package.type, package.name);
}

std::string key_of(const ScanReport& /*report*/, const SecretFinding& finding) {
  return fmt::format(
      "{}\n{}\n{}\n{}", finding.fingerprint, to_text(finding.place), finding.path, finding.name);
}

template <typename Finding>
Keys keys_of(const ScanReport& report, const std::vector<Finding>& findings) {
  Keys keys;
  for (const Finding& finding : findings) keys.insert(key_of(report, finding));
  return keys;
}

Keys evidence_of(const std::vector<CheckFinding>& checks) {
  Keys keys;
  for (const CheckFinding& check : checks) {
    for (const std::string& text : check.evidence) keys.insert(check.id + "\n" + text);
  }
  return keys;
}

// Takes what `keys` has out of the list and tells how many that were.
template <typename Finding>
uint64_t take_out(const ScanReport& report, const Keys& keys, std::vector<Finding>& findings) {
  return std::erase_if(
      findings, [&](const Finding& finding) { return keys.contains(key_of(report, finding)); });
}

uint64_t take_out(const Keys& keys, std::vector<CheckFinding>& checks) {
  uint64_t count = 0;
  for (CheckFinding& check : checks) {
    count += std::erase_if(check.evidence, [&](const std::string& text) {
      return keys.contains(check.id + "\n" + text);
    });
  }
  std::erase_if(checks, [](const CheckFinding& check) { return check.evidence.empty(); });
  return count;
}

// The report without what does not count and what is said of the image as a whole.
ScanReport findings_alone(const ScanReport& report) {
  ScanReport copy = report;
  copy.suppressed.clear();
  copy.suppressed_secrets.clear();
  copy.suppressed_checks.clear();
  copy.notes.clear();
  copy.readiness.reset();
  copy.surface.reset();
  return copy;
}

}  // namespace

ScanDiff compare_scans(ScanReport before, ScanReport after) {
  ScanDiff diff;
  diff.came = findings_alone(after);
  diff.went = findings_alone(before);
  diff.same_vulnerabilities = take_out(after, keys_of(before, before.findings), diff.came.findings);
  take_out(before, keys_of(after, after.findings), diff.went.findings);
  diff.same_secrets = take_out(after, keys_of(before, before.secrets), diff.came.secrets);
  take_out(before, keys_of(after, after.secrets), diff.went.secrets);
  diff.same_checks = take_out(evidence_of(before.checks), diff.came.checks);
  take_out(evidence_of(after.checks), diff.went.checks);
  diff.packages = diff_packages(before.analysis->packages, after.analysis->packages);
  diff.before = std::move(before);
  diff.after = std::move(after);
  return diff;
}

}  // namespace whittle
