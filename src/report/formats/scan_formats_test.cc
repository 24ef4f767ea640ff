// The formats of scan: what each says of a finding of each kind, and that nothing foreign breaks
// out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "base/strings.h"
#include "report/formats/formats.h"
#include "report/json_parts.h"
#include "report/scan_json.h"
#include "report/scan_rows.h"
#include "report/scan_summary.h"
#include "support/sample_scan_report.h"

namespace whittle {
namespace {

using nlohmann::json;
using test::hostile_scan_report;
using test::sample_scan_report;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string render(std::string_view format, const ScanReport& report) {
  const FormatInfo* info = find_format(format);
  CHECK(info != nullptr && info->scan != nullptr);
  return info->scan(report, {});
}

json parsed(std::string_view format, const ScanReport& report) {
  json out = json::parse(render(format, report), nullptr, false);
  EXPECT_FALSE(out.is_discarded()) << format;
  return out;
}

TEST(ScanJson, IsTheSameValueAndText) {
  for (const ScanReport& report : {sample_scan_report(), hostile_scan_report()}) {
    for (bool with_suppressed : {false, true}) {
      EXPECT_EQ(scan_json_text(report, with_suppressed),
                dump_report(scan_json(report, with_suppressed)));
    }
  }
}

TEST(ScanRows, AreOfOneShape) {
  ScanReport report = sample_scan_report();
  std::vector<ScanRow> rows = scan_rows(report, ScanRowsWith::Suppressed);
  std::vector<std::string> ids;
  std::set<std::string> fingerprints;
  for (const ScanRow& row : rows) {
    ids.push_back(row.id);
    fingerprints.insert(row.fingerprint);
    EXPECT_EQ((row.vulnerability != nullptr) + (row.secret != nullptr) + (row.check != nullptr), 1);
    EXPECT_FALSE(row.title.empty() || row.subject.empty() || row.message.empty());
  }
  EXPECT_THAT(ids,
              ElementsAre("CVE-2026-1",
                          "CVE-2026-2",
                          "aws-access-key-id",
                          "github-token",
                          "CIS-DI-0001",
                          "CIS-DI-0008",
                          "CVE-2026-3",
                          "private-key"));
  EXPECT_EQ(fingerprints.size(), rows.size());
  EXPECT_EQ(rows[0].message, "curl 7.88.1-10 has CVE-2026-1, known to be exploited: a flaw");
  EXPECT_EQ(rows[2].message, "AWS access key id in app/.env, deleted but recoverable from layer 5");
  EXPECT_EQ(rows[5].message, "programs with setuid: usr/bin/a, usr/bin/b, usr/bin/c and 1 more");
  EXPECT_EQ(where_text(report, rows[0]), "Dockerfile:4");
  EXPECT_EQ(where_text(report, rows[1]), "base image");
  EXPECT_EQ(where_text(report, rows[3]), "");
}

TEST(ScanRows, KeepTheirFingerprintWhenOthersCome) {
  ScanReport report = sample_scan_report();
  std::string before = scan_rows(report)[1].fingerprint;
  report.findings.erase(report.findings.begin());
  EXPECT_EQ(scan_rows(report)[0].fingerprint, before);
}

TEST(ScanSummary, TellsNothingFoundFromNotLookedFor) {
  ScanReport report = sample_scan_report();
  EXPECT_EQ(scan_verdict(report),
            "2 vulnerabilities in 2 packages: 1 critical, 1 low; 2 secrets: 1 critical, 1 high; 2 "
            "weaknesses of the configuration: 1 medium, 1 low");
  report.secrets.clear();
  report.checks.clear();
  report.scanners = kScanVulnerabilities | kScanSecrets;
  EXPECT_EQ(scan_verdict(report), "2 vulnerabilities in 2 packages: 1 critical, 1 low; no secrets");
  EXPECT_TRUE(parsed("json", report)["summary"]["checks"].is_null());
  EXPECT_EQ(parsed("json", report)["summary"]["secrets"]["findings"], 0);
}

TEST(ScanSummary, CountsWhatCameWithTheBase) {
  ScanReport report = sample_scan_report();
  EXPECT_EQ(base_share(report), "1 of 2 vulnerabilities comes with the base image debian:bookworm");
  EXPECT_EQ(parsed("json", report)["summary"]["vulnerabilities"]["in_base_image"], 1);
  EXPECT_THAT(render("text", report), HasSubstr("1 of 2 vulnerabilities comes with"));
}

TEST(ScanFormats, GateOnAnyKind) {
  ScanReport report = sample_scan_report();
  report.findings.clear();
  EXPECT_FALSE(has_failed(report));
  report.fail_on = RiskLevel::Critical;
  EXPECT_TRUE(has_failed(report));
  report.secrets.clear();
  EXPECT_FALSE(has_failed(report));
  report.fail_on = RiskLevel::Medium;
  EXPECT_TRUE(has_failed(report));
}

TEST(ScanText, HasATableOfEachKind) {
  std::string text = render("text", sample_scan_report());
  EXPECT_THAT(text, HasSubstr("critical!  CVE-2026-1"));
  EXPECT_THAT(text, HasSubstr("app/.env:3"));
  EXPECT_THAT(text, HasSubstr("deleted but recoverable from layer 5"));
  EXPECT_THAT(text, HasSubstr("the image runs as root"));
  EXPECT_THAT(text, HasSubstr("1: ignored by .trivyignore:3: not reachable"));
  EXPECT_THAT(text, Not(HasSubstr("CVE-2026-3")));
}

TEST(ScanSarif, PlacesFindingsOnLinesAndFiles) {
  json run = parsed("sarif", sample_scan_report())["runs"][0];
  EXPECT_EQ(run["results"].size(), 6U);
  json first = run["results"][0];
  EXPECT_EQ(first["level"], "error");
  json place = first["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "Dockerfile");
  EXPECT_EQ(place["region"]["startLine"], 4);
  EXPECT_EQ(first["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "var/lib/dpkg/status");
  EXPECT_EQ(first["properties"]["purl"],
            "pkg:deb/debian/curl@7.88.1-10?arch=amd64&distro=debian-12");
  json rule = run["tool"]["driver"]["rules"][first["ruleIndex"].get<size_t>()];
  EXPECT_EQ(rule["id"], "CVE-2026-1");
  EXPECT_EQ(rule["properties"]["security-severity"], "9.8");
  EXPECT_EQ(rule["helpUri"], "https://osv.dev/vulnerability/CVE-2026-1");
  json secret = run["results"][2]["relatedLocations"][0]["physicalLocation"];
  EXPECT_EQ(secret["artifactLocation"]["uri"], "app/.env");
  EXPECT_EQ(secret["region"]["startLine"], 3);
  EXPECT_EQ(run["results"][3]["locations"][0]["logicalLocations"][0]["name"], "configuration");
}

TEST(ScanSarif, ShowsWhatDoesNotCountOnlyWhenAsked) {
  ScanReport report = sample_scan_report();
  report.show_suppressed = true;
  json results = parsed("sarif", report)["runs"][0]["results"];
  EXPECT_EQ(results.size(), 8U);
  EXPECT_EQ(results[6]["suppressions"][0]["justification"],
            "ignored by .trivyignore:3: not reachable");
}

TEST(ScanSarif, NeverLetsScoreAndLevelDisagree) {
  ScanReport report = sample_scan_report();
  report.findings[0].level = RiskLevel::Low;  // by the distribution's word
  json rules = parsed("sarif", report)["runs"][0]["tool"]["driver"]["rules"];
  EXPECT_EQ(rules[0]["properties"]["security-severity"], "2.0");
}

TEST(ScanGithub, AnnotatesLines) {
  std::vector<std::string> lines;
  std::string text = render("github", sample_scan_report());
  for (std::string_view line : split_lines(trim_right(text))) lines.emplace_back(line);
  ASSERT_EQ(lines.size(), 6U);
  EXPECT_EQ(lines[0],
            "::error file=Dockerfile,line=4,endLine=4,title=CVE-2026-1::curl 7.88.1-10 has "
            "CVE-2026-1, known to be exploited: a flaw (critical). Build it anew in Dockerfile:4, "
            "or apt-get install --only-upgrade curl");
  EXPECT_THAT(lines[1], StartsWith("::notice title=CVE-2026-2::libc6 2.36-9 has CVE-2026-2 (low)"));
  EXPECT_THAT(lines[4], StartsWith("::warning title=CIS-DI-0001::"));
}

TEST(ScanGitlab, HasPackageSystemAndImage) {
  json report = parsed("gitlab", sample_scan_report());
  EXPECT_EQ(report["scan"]["start_time"], "2026-11-21T12:00:00");
  EXPECT_EQ(report["scan"]["type"], "container_scanning");
  ASSERT_EQ(report["vulnerabilities"].size(), 6U);
  json first = report["vulnerabilities"][0];
  EXPECT_EQ(first["severity"], "Critical");
  EXPECT_EQ(first["location"]["dependency"]["package"]["name"], "curl");
  EXPECT_EQ(first["location"]["operating_system"], "debian 12");
  EXPECT_EQ(first["location"]["image"], "registry.example/shop:1.4");
  EXPECT_EQ(first["identifiers"][0]["type"], "cve");
  EXPECT_EQ(first["identifiers"][2]["type"], "ghsa");
  EXPECT_EQ(report["vulnerabilities"][2]["identifiers"][0]["value"], "aws-access-key-id");
}

TEST(ScanJunit, HasASuiteForWhatWasLookedFor) {
  ScanReport report = sample_scan_report();
  std::string text = render("junit", report);
  EXPECT_THAT(text, HasSubstr("<testsuites name=\"whittle scan\" tests=\"6\" failures=\"6\""));
  EXPECT_THAT(text,
              HasSubstr("classname=\"curl 7.88.1-10\" name=\"CVE-2026-1\" file=\"Dockerfile\""));
  report.secrets.clear();
  report.checks.clear();
  report.scanners = kScanVulnerabilities | kScanSecrets;
  text = render("junit", report);
  EXPECT_THAT(text, HasSubstr("tests=\"3\" failures=\"2\""));
  EXPECT_THAT(text, HasSubstr("name=\"secrets in the layers and the configuration\" time=\"0\"/>"));
  EXPECT_THAT(text, Not(HasSubstr("weaknesses of")));
}

TEST(ScanMarkdown, IsFitForAPullRequest) {
  std::string text = render("markdown", sample_scan_report());
  EXPECT_THAT(text, HasSubstr("[`CVE-2026-1`](https://osv.dev/vulnerability/CVE-2026-1)"));
  EXPECT_THAT(text, HasSubstr("**exploited**"));
  EXPECT_THAT(text, HasSubstr("| `app/.env:3` | Dockerfile:7, deleted later, **recoverable** |"));
  EXPECT_THAT(text, HasSubstr("### Configuration"));
}

TEST(ScanCyclonedx, AffectsComponents) {
  json bom = parsed("cyclonedx", sample_scan_report());
  EXPECT_EQ(bom["specVersion"], "1.6");
  ASSERT_EQ(bom["vulnerabilities"].size(), 6U);
  json first = bom["vulnerabilities"][0];
  EXPECT_EQ(first["affects"][0]["ref"],
            "pkg:deb/debian/curl@7.88.1-10?arch=amd64&distro=debian-12");
  EXPECT_EQ(first["ratings"][0]["method"], "CVSSv31");
  EXPECT_EQ(first["ratings"][0]["severity"], "critical");
  std::set<std::string> refs = {bom["metadata"]["component"]["bom-ref"]};
  for (const json& component : bom["components"]) refs.insert(component["bom-ref"]);
  for (const json& found : bom["vulnerabilities"])
    EXPECT_TRUE(refs.count(found["affects"][0]["ref"]) == 1) << found["id"];
  EXPECT_EQ(bom["vulnerabilities"][2]["cwes"][0], 798);
}

TEST(ScanTrivyJson, HasResultsByClass) {
  ScanReport report = sample_scan_report();
  report.show_suppressed = true;
  json out = parsed("trivy-json", report);
  EXPECT_EQ(out["SchemaVersion"], 2);
  EXPECT_EQ(out["ArtifactName"], "registry.example/shop:1.4");
  EXPECT_EQ(out["Metadata"]["OS"]["Family"], "debian");
  std::vector<std::string> classes;
  for (const json& result : out["Results"]) classes.push_back(result["Class"]);
  EXPECT_THAT(classes, ElementsAre("os-pkgs", "config", "secret", "secret", "secret"));
  json system = out["Results"][0];
  EXPECT_EQ(system["Target"], "registry.example/shop:1.4 (debian 12)");
  json first = system["Vulnerabilities"][0];
  EXPECT_EQ(first["VulnerabilityID"], "CVE-2026-1");
  EXPECT_EQ(first["PkgID"], "curl@7.88.1-10");
  EXPECT_EQ(first["FixedVersion"], "7.88.1-11");
  EXPECT_EQ(first["Status"], "fixed");
  EXPECT_EQ(first["CVSS"]["nvd"]["V3Score"], 9.8);
  EXPECT_EQ(first["Layer"]["DiffID"], "sha256:" + std::string(64, '3'));
  EXPECT_EQ(system["ExperimentalModifiedFindings"][0]["Finding"]["VulnerabilityID"], "CVE-2026-3");
  EXPECT_EQ(out["Results"][1]["MisconfSummary"]["Failures"], 2);
  EXPECT_EQ(out["Results"][1]["Misconfigurations"][0]["Status"], "FAIL");
}

ScanReport judged_report() {
  ScanReport report = sample_scan_report();
  report.suppressed[0].vex_status = "not_affected";
  report.suppressed[0].vex_justification = "vulnerable_code_not_present";
  VulnFinding accepted = test::sample_vulnerability("CVE-2026-0004", 0, RiskLevel::High);
  accepted.suppressed = "ignored by rules:1: we accept it";
  VulnFinding informs = test::sample_vulnerability("RUSTSEC-2026-1", 0, RiskLevel::Unknown);
  informs.is_informational = true;
  informs.suppressed = "no vulnerability: the advisory informs";
  report.suppressed.push_back(accepted);
  report.suppressed.push_back(informs);
  return report;
}

TEST(ScanOpenvex, SaysNotAffectedOnlyWithAReason) {
  json out = parsed("openvex", judged_report());
  EXPECT_EQ(out["@context"], "https://openvex.dev/ns/v0.2.0");
  EXPECT_EQ(out["timestamp"], "2026-11-21T12:00:00Z");
  ASSERT_EQ(out["statements"].size(), 4U);  // not the one that informs
  json affected = out["statements"][0];
  EXPECT_EQ(affected["status"], "affected");
  EXPECT_THAT(affected["action_statement"].get<std::string>(), HasSubstr("--only-upgrade curl"));
  EXPECT_THAT(affected["products"][0]["@id"].get<std::string>(), StartsWith("pkg:oci/shop@sha256"));
  EXPECT_EQ(affected["products"][0]["subcomponents"][0]["@id"],
            "pkg:deb/debian/curl@7.88.1-10?arch=amd64&distro=debian-12");
  EXPECT_EQ(out["statements"][1]["action_statement"], "No fixed version is known");
  EXPECT_EQ(out["statements"][2]["status"], "not_affected");
  EXPECT_EQ(out["statements"][2]["justification"], "vulnerable_code_not_present");
  // Accepting a risk proves nothing.
  EXPECT_EQ(out["statements"][3]["status"], "affected");
  EXPECT_EQ(out["statements"][3]["action_statement"], "ignored by rules:1: we accept it");
}

// Without a digest the name has to do; a file without a name is called as it was given.
TEST(ScanOpenvex, NamesALocalImageByAUrl) {
  auto product = [](const std::vector<std::string>& names) {
    ScanReport report = sample_scan_report();
    Analysis analysis = *report.analysis;
    analysis.info.manifest_digest.clear();
    analysis.info.names = names;
    analysis.target = "shop.tar";
    report.analysis = std::make_shared<const Analysis>(std::move(analysis));
    return parsed("openvex", report)["statements"][0]["products"][0]["@id"].get<std::string>();
  };
  EXPECT_EQ(product({"shop:1.4"}), "pkg:docker/shop@1.4");
  EXPECT_EQ(product({"docker.io/team/shop:1.4"}), "pkg:docker/team/shop@1.4");
  EXPECT_THAT(product({"registry.example/team/shop"}), StartsWith("pkg:docker/team/shop?"));
  EXPECT_EQ(product({}), "shop.tar");
}

TEST(ScanCsaf, GivesEachPartAStatus) {
  json out = parsed("csaf", judged_report());
  EXPECT_EQ(out["document"]["category"], "csaf_vex");
  std::set<std::string> products;
  for (const json& product : out["product_tree"]["full_product_names"])
    products.insert(product["product_id"]);
  for (const json& relation : out["product_tree"]["relationships"]) {
    EXPECT_EQ(products.count(relation["product_reference"]), 1U);
    EXPECT_EQ(relation["relates_to_product_reference"], "image");
  }
  ASSERT_EQ(out["vulnerabilities"].size(), 4U);
  for (const json& found : out["vulnerabilities"]) {
    EXPECT_EQ(found.contains("cve"), found.dump().find("CVE-2026-0004") != std::string::npos);
    EXPECT_NE(found.contains("cve"), found.contains("ids"));
    EXPECT_FALSE(found["product_status"].empty());
    EXPECT_FALSE(found["notes"].empty());
    EXPECT_EQ(found["product_status"].contains("known_affected"), found.contains("remediations"));
    EXPECT_EQ(found["product_status"].contains("known_not_affected"), found.contains("threats"));
  }
}

TEST(ManyScans, BecomeOneText) {
  std::vector<ScanReport> reports = {sample_scan_report(), sample_scan_report()};
  auto joined = [&](std::string_view format) { return find_format(format)->scans(reports, {}); };
  EXPECT_EQ(json::parse(joined("json")).size(), 2U);
  EXPECT_EQ(json::parse(joined("sarif"))["runs"].size(), 2U);
  EXPECT_THAT(joined("junit"), HasSubstr("tests=\"12\" failures=\"12\""));
  EXPECT_EQ(split_lines(trim_right(joined("github"))).size(), 12U);
  EXPECT_THAT(
      joined("text"),
      HasSubstr(
          "IMAGE                      CRITICAL  HIGH  MEDIUM  LOW  OTHER  SECRETS  CHECKS\n"
          "registry.example/shop:1.4         1     0       0    1      0        2       2\n"));
  EXPECT_THAT(joined("markdown"), StartsWith("| image | critical | high "));
  EXPECT_EQ(find_format("html")->scans, nullptr);
}

TEST(ScanFormats, LetNothingForeignOut) {
  ScanReport report = hostile_scan_report();
  report.show_suppressed = true;
  for (std::string_view format :
       {"json", "sarif", "gitlab", "cyclonedx", "trivy-json", "openvex", "csaf"}) {
    if (find_format(format) == nullptr) continue;
    EXPECT_FALSE(parsed(format, report).is_discarded()) << format;
  }
  EXPECT_THAT(render("text", report), Not(HasSubstr("\x1b")));
  EXPECT_THAT(render("github", report), Not(HasSubstr("\r")));
  EXPECT_THAT(render("junit", report), AllOf(Not(HasSubstr("<script")), Not(HasSubstr("\x1b"))));
  EXPECT_THAT(render("html", report), Not(HasSubstr("pwned=1</script>")));
  std::string markdown = render("markdown", report);
  EXPECT_THAT(markdown,
              AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("(https")), Not(HasSubstr("\r"))));
  std::string commands = render("github", report);
  for (std::string_view line : split_lines(commands))
    EXPECT_TRUE(line.empty() || line.starts_with("::")) << line;
}

TEST(ScanFormats, SayThatNothingWasFound) {
  ScanReport report = sample_scan_report();
  report.findings.clear();
  report.secrets.clear();
  report.checks.clear();
  EXPECT_EQ(render("github", report), "");
  EXPECT_TRUE(parsed("sarif", report)["runs"][0]["results"].empty());
  EXPECT_TRUE(parsed("gitlab", report)["vulnerabilities"].is_array());
  EXPECT_TRUE(parsed("trivy-json", report)["Results"].is_array());
  EXPECT_THAT(render("markdown", report), HasSubstr("no known vulnerabilities in 2 packages"));
}

}  // namespace
}  // namespace whittle
