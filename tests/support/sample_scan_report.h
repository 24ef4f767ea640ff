// A scan of the sample image for the tests of formats: three vulnerabilities (one exploited, one of
// the base, one not counted), three secrets (one deleted later, one of the configuration, one not
// counted), two failed checks.
#pragma once

#include <memory>

#include "model/scan_report.h"
#include "support/hostile_analysis.h"
#include "support/sample_analysis.h"

namespace whittle::test {

inline VulnFinding sample_vulnerability(std::string id, uint32_t package, RiskLevel level) {
  VulnFinding finding;
  finding.id = std::move(id);
  finding.package = package;
  finding.level = level;
  finding.advisories = {"DEBIAN-" + finding.id};
  finding.summary = "a flaw";
  finding.url = "https://osv.dev/vulnerability/" + finding.id;
  finding.published = "2026-01-02T03:04:05Z";
  return finding;
}

inline SecretFinding sample_secret(std::string rule, SecretPlace place) {
  SecretFinding finding;
  finding.rule = std::move(rule);
  finding.title = "AWS access key id";
  finding.category = "AWS";
  finding.level = RiskLevel::Critical;
  finding.place = place;
  finding.masked = "key = \"****\"";
  finding.fingerprint = finding.rule + ":0123456789abcdef";
  return finding;
}

inline void add_sample_vulnerabilities(ScanReport& report) {
  VulnFinding curl = sample_vulnerability("CVE-2026-1", 0, RiskLevel::Critical);
  curl.aliases = {"DEBIAN-CVE-2026-1", "GHSA-aaaa-bbbb-cccc"};
  curl.level_source = "nvd";
  curl.cvss = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
  curl.score = 9.8;
  curl.fixed_version = "7.88.1-11";
  curl.exploited_since = "2026-02-03";
  curl.epss = 0.91;
  curl.epss_percentile = 0.99;
  curl.remedy = "Build it anew in Dockerfile:4, or apt-get install --only-upgrade curl";
  VulnFinding libc = sample_vulnerability("CVE-2026-2", 1, RiskLevel::Low);
  libc.summary.clear();
  libc.url.clear();
  VulnFinding hidden = sample_vulnerability("CVE-2026-3", 1, RiskLevel::Medium);
  hidden.suppressed = "ignored by .trivyignore:3: not reachable";
  report.findings = {curl, libc};
  report.suppressed = {hidden};
}

inline void add_sample_secrets(ScanReport& report) {
  SecretFinding deleted = sample_secret("aws-access-key-id", SecretPlace::File);
  deleted.path = "app/.env";
  deleted.layer = 4;
  deleted.line = 3;
  deleted.column = 7;
  deleted.is_deleted = true;
  deleted.deleted_in = 5;
  SecretFinding variable = sample_secret("github-token", SecretPlace::Environment);
  variable.title = "GitHub token";
  variable.level = RiskLevel::High;
  variable.name = "TOKEN";
  SecretFinding hidden = sample_secret("private-key", SecretPlace::File);
  hidden.path = "usr/share/doc/key.pem";
  hidden.layer = 0;
  hidden.suppressed = "an example";
  report.secrets = {deleted, variable};
  report.suppressed_secrets = {hidden};
}

inline void add_sample_checks(ScanReport& report) {
  CheckFinding root;
  root.id = "CIS-DI-0001";
  root.aliases = {"CIS-4.1"};
  root.title = "the image runs as root";
  root.evidence = {"no USER in the configuration"};
  root.remedy = "Add USER to the last stage";
  CheckFinding setuid;
  setuid.id = "CIS-DI-0008";
  setuid.title = "programs with setuid";
  setuid.level = RiskLevel::Low;
  setuid.evidence = {"usr/bin/a", "usr/bin/b", "usr/bin/c", "usr/bin/d"};
  setuid.layer = 0;
  report.checks = {root, setuid};
}

// One thing in the way of each kind, a candidate for the base image, two parts of the score.
inline void add_sample_readiness(ScanReport& report) {
  ReadinessAspect closed{"read-only-root", "a read-only root file system", {}, {}};
  closed.obstacles = {{"a run wrote to /", "", "Write below /data", "trace", true},
                      {"a run wrote to /run", "--tmpfs=/run", "", "trace", false}};
  ReadinessAspect open{"non-root", "a user other than root", {}, {}};
  settle(closed, true);
  settle(open, true);
  report.readiness = ImageReadiness{{closed, open}, true, {"--user=65532"}};
  report.surface =
      AttackSurface{{{"shells", "shells", 2, 30, {"bash", "sh"}}, {"ports", "ports", 0, 20, {}}}};
  report.base_candidates = {{"debian:13", {{"CVE-2026-2", "libc6", RiskLevel::Low}}, 0, {}}};
}

inline ScanReport sample_scan_report() {
  ScanReport report;
  Analysis analysis = sample_analysis();
  analysis.packages.distribution = {
      "debian", "12", "bookworm", "Debian GNU/Linux 12 (bookworm)", {}, ""};
  report.analysis = std::make_shared<const Analysis>(std::move(analysis));
  report.database = {"vuln.db", "2026-11-21T12:00:00Z", 79505};
  report.scanners = kScanVulnerabilities | kScanSecrets | kScanConfiguration;
  report.matched_packages = 2;
  report.notes = {"the database is old"};
  add_sample_vulnerabilities(report);
  add_sample_secrets(report);
  add_sample_checks(report);
  add_sample_readiness(report);
  return report;
}

// Every foreign text of the scan wants to break out of its format.
inline ScanReport hostile_scan_report() {
  ScanReport report = sample_scan_report();
  Analysis analysis = hostile_analysis();
  analysis.packages.packages.resize(2);
  report.analysis = std::make_shared<const Analysis>(std::move(analysis));
  const std::string& evil = evil_text();
  for (VulnFinding* finding : {&report.findings[0], &report.findings[1], &report.suppressed[0]}) {
    finding->summary = finding->url = finding->remedy = finding->fixed_version = evil;
    finding->id = finding->level_source = finding->cvss = finding->published = evil;
    finding->aliases = finding->advisories = {evil};
    if (!finding->suppressed.empty()) finding->suppressed = evil;
  }
  for (SecretFinding* finding : {&report.secrets[0], &report.secrets[1]}) {
    finding->rule = finding->title = finding->category = finding->masked = evil;
    finding->path = finding->name = finding->fingerprint = evil;
  }
  for (CheckFinding& finding : report.checks) {
    finding.aliases = {evil};
    finding.place = SourcePlace{evil, 3, 4};
    finding.id = finding.title = finding.remedy = finding.path = finding.url = evil;
    finding.evidence = {evil, evil};
  }
  for (ReadinessAspect& aspect : report.readiness->aspects) {
    for (Obstacle& obstacle : aspect.obstacles)
      obstacle.text = obstacle.option = obstacle.remedy = evil;
  }
  report.readiness->run_options = {evil};
  report.surface->parts[0].examples = {evil};
  report.base_candidates[0].name = report.base_candidates[0].gone[0].id = evil;
  report.notes = {evil};
  return report;
}

}  // namespace whittle::test
