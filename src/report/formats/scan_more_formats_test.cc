// The formats of scan: what else they say of an image (what it could run without, its attack
// surface, other base images), and two scans compared.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/formats/formats.h"
#include "report/scan_diff_rows.h"
#include "report/scan_summary.h"
#include "support/sample_scan_report.h"

namespace whittle {
namespace {

using nlohmann::json;
using test::hostile_scan_report;
using test::sample_scan_report;
using testing::HasSubstr;
using testing::Not;

std::string render(std::string_view format, const ScanReport& report) {
  return find_format(format)->scan(report, {});
}

std::string render(std::string_view format, const ScanDiff& diff) {
  return find_format(format)->scan_diff(diff, {});
}

TEST(ScanReadiness, IsToldByPeoplesFormats) {
  ScanReport report = sample_scan_report();
  std::string text = render("text", report);
  EXPECT_THAT(text, HasSubstr("a read-only root file system: no\n"));
  EXPECT_THAT(text, HasSubstr("a run wrote to /run: --tmpfs=/run\n"));
  EXPECT_THAT(text, HasSubstr("a user other than root: as the traced runs show\n"));
  EXPECT_THAT(text, HasSubstr("Attack surface: 6\n"));
  EXPECT_THAT(text, HasSubstr("2 shells: bash, sh"));
  EXPECT_THAT(text, Not(HasSubstr("0 ports")));
  std::string markdown = render("markdown", report);
  EXPECT_THAT(markdown, HasSubstr("| a read-only root file system | no |"));
  EXPECT_THAT(markdown, HasSubstr("| shells | 2 | 6 |"));
  report.readiness.reset();
  report.surface.reset();
  EXPECT_THAT(render("text", report), Not(HasSubstr("Could run with")));
  EXPECT_TRUE(json::parse(render("json", report))["readiness"].is_null());
}

TEST(ScanReadiness, IsWholeInJson) {
  json report = json::parse(render("json", sample_scan_report()));
  json aspect = report["readiness"]["aspects"][0];
  EXPECT_EQ(aspect["verdict"], "no");
  EXPECT_EQ(aspect["obstacles"][0]["blocking"], true);
  EXPECT_EQ(aspect["obstacles"][1]["option"], "--tmpfs=/run");
  EXPECT_EQ(report["attack_surface"]["score"], 6.0);
  EXPECT_EQ(report["attack_surface"]["parts"][0]["points"], 6.0);
  EXPECT_EQ(report["base_candidates"][0]["gone"][0]["id"], "CVE-2026-2");
}

TEST(ScanUsage, MarksWhatIsNotUsed) {
  ScanReport report = sample_scan_report();
  EXPECT_EQ(usage_share(report), "");
  report.has_usage = true;
  report.findings[1].usage = PackageUsage::Unused;
  EXPECT_EQ(usage_share(report),
            "1 of 2 vulnerabilities is in packages that the entry point does not use");
  EXPECT_THAT(render("text", report), HasSubstr("base image, not used"));
  json findings = json::parse(render("json", report))["findings"];
  EXPECT_TRUE(findings[0]["usage"].is_null());
  EXPECT_EQ(findings[1]["usage"], "unused");
}

TEST(ScanCandidates, AreOneLineEach) {
  EXPECT_EQ(candidate_text(sample_scan_report().base_candidates[0]),
            "debian:13 as the base image: 1 of 1 vulnerability goes, 0 stay, 0 come");
}

ScanDiff sample_diff(const ScanReport& report) {
  ScanDiff diff;
  diff.before = diff.after = diff.came = diff.went = report;
  diff.went.findings.resize(1);
  diff.went.secrets.clear();
  diff.went.checks.clear();
  diff.same_vulnerabilities = 4;
  diff.packages = {{"deb", "curl", "7.1", "7.2"}, {"npm", "left-pad", "", "1.0"}};
  return diff;
}

TEST(ScanDiffFormats, TellNewFromGone) {
  ScanDiff diff = sample_diff(sample_scan_report());
  // Two vulnerabilities, two secrets, five things that checks saw.
  EXPECT_EQ(scan_diff_verdict(diff), "9 new findings, 1 gone, 4 stay; 2 packages changed");
  std::string text = render("text", diff);
  EXPECT_THAT(text, HasSubstr("\nNew\n"));
  EXPECT_THAT(text, HasSubstr("curl 7.1 -> 7.2"));
  EXPECT_THAT(text, HasSubstr("+ left-pad 1.0"));
  std::string markdown = render("markdown", diff);
  EXPECT_THAT(markdown, HasSubstr("### New"));
  EXPECT_THAT(markdown, HasSubstr("<summary>Gone: 1</summary>"));
  json report = json::parse(render("json", diff));
  EXPECT_EQ(report["new"]["findings"].size(), 2U);
  EXPECT_EQ(report["gone"]["findings"].size(), 1U);
  EXPECT_EQ(report["packages"][1]["before"], nullptr);
}

TEST(ScanDiffFormats, GateOnWhatIsNew) {
  ScanDiff diff = sample_diff(sample_scan_report());
  EXPECT_TRUE(has_failed(diff));
  diff.fail_on = RiskLevel::Critical;
  EXPECT_TRUE(has_failed(diff));
  diff.came.findings.clear();
  diff.came.secrets.clear();
  EXPECT_FALSE(has_failed(diff));  // the checks are medium and low
  diff.fail_on.reset();
  EXPECT_TRUE(has_failed(diff));
  diff.came.checks.clear();
  EXPECT_FALSE(has_failed(diff));
}

TEST(ScanDiffFormats, LetNothingForeignOut) {
  ScanDiff diff = sample_diff(hostile_scan_report());
  diff.packages[0].name = diff.packages[0].before = test::evil_text();
  std::string text = render("text", diff);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  std::string markdown = render("markdown", diff);
  EXPECT_THAT(markdown, Not(HasSubstr("\n<script")));
  EXPECT_THAT(markdown, Not(HasSubstr("\x1b")));
  EXPECT_FALSE(json::parse(render("json", diff), nullptr, false).is_discarded());
}

}  // namespace
}  // namespace whittle
