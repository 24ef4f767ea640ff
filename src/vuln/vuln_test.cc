// Feeds to a database to findings: records by hand, and every record of the corpus held against its
// own events.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <set>
#include <unordered_map>

#include "base/strings.h"
#include "vuln/cvss.h"
#include "vuln/database_builder.h"
#include "vuln/ecosystems.h"
#include "vuln/feeds/feeds.h"
#include "vuln/lookup.h"
#include "vuln/matcher.h"

namespace whittle {
namespace {

const fs::path kCorpus = fs::path(WHITTLE_SOURCE_DIR) / "../shared/corpus/advisories";

// A database and the bytes it lies in.
struct Built {
  std::string bytes;
  std::optional<Database> database;
};

std::unique_ptr<Built> build(DatabaseBuilder& builder) {
  auto built = std::make_unique<Built>();
  Result<std::string> bytes = builder.finish(1'700'000'000);
  EXPECT_TRUE(bytes.ok());
  if (!bytes.ok()) return built;
  built->bytes = std::move(*bytes);
  Result<Database> database = Database::over(built->bytes);
  EXPECT_TRUE(database.ok()) << (database.ok() ? "" : database.error().message());
  if (database.ok()) built->database.emplace(std::move(*database));
  return built;
}

std::unique_ptr<Built> build_of(const std::vector<std::string>& documents) {
  DatabaseBuilder builder;
  builder.begin_source("test", "");
  for (const std::string& document : documents) {
    EXPECT_TRUE(read_feed_document(document, "it", builder).ok()) << document;
  }
  return build(builder);
}

// An OSV record with one range of one package.
std::string record(const std::string& id,
                   const std::string& ecosystem,
                   const std::string& name,
                   const std::string& events,
                   const std::string& more = "") {
  return R"({"id":")" + id + R"(","affected":[{"package":{"ecosystem":")" + ecosystem +
         R"(","name":")" + name + R"("},"ranges":[{"type":"ECOSYSTEM","events":[)" + events +
         "]}]}]" + more + "}";
}

const char* const kFixed2 = R"({"introduced":"0"},{"fixed":"2"})";

Package package(const std::string& type, const std::string& name, const std::string& version) {
  Package result;
  result.type = type;
  result.name = name;
  result.version = version;
  return result;
}

PackageCatalog catalog_of(std::vector<Package> packages,
                          const std::string& id = "",
                          const std::string& version = "") {
  PackageCatalog catalog;
  catalog.packages = std::move(packages);
  catalog.distribution.id = id;
  catalog.distribution.version = version;
  return catalog;
}

// "ID@FIXED" of what is found.
std::vector<std::string> found(const Built& built, const PackageCatalog& catalog) {
  Result<Matches> matches = match_packages(*built.database, catalog);
  EXPECT_TRUE(matches.ok());
  std::vector<std::string> out;
  if (!matches.ok()) return out;
  for (const VulnFinding& finding : matches->findings) {
    out.push_back(finding.id + "@" + finding.fixed_version);
  }
  return out;
}

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Matcher, EventsByOsvsAlgorithm) {
  std::unique_ptr<Built> built = build_of(
      {record("A",
              "npm",
              "x",
              R"({"fixed":"3.0.0"},{"introduced":"2.0.0"},{"introduced":"0"},{"fixed":"1.2.0"})"),
       record("B", "npm", "x", R"({"introduced":"1.5.0"},{"last_affected":"1.6.0"})")});
  auto of = [&](const char* version) {
    return found(*built, catalog_of({package("npm", "x", version)}));
  };
  EXPECT_THAT(of("0.1.0"), ElementsAre("A@1.2.0"));
  EXPECT_THAT(of("1.2.0-rc.1"), ElementsAre("A@1.2.0"));
  EXPECT_THAT(of("1.2.0"), IsEmpty());
  EXPECT_THAT(of("1.5.0"), ElementsAre("B@"));
  EXPECT_THAT(of("1.6.0"), ElementsAre("B@"));
  EXPECT_THAT(of("1.6.1"), IsEmpty());
  EXPECT_THAT(of("2.0.0"), ElementsAre("A@3.0.0"));
  EXPECT_THAT(of("3.0.0"), IsEmpty());
  EXPECT_THAT(of("file:../x"), IsEmpty());
}

TEST(Matcher, ListedVersionsAndNames) {
  std::unique_ptr<Built> built = build_of(
      {R"({"id":"P","affected":[{"package":{"ecosystem":"PyPI","name":"Foo_Bar"},"versions":["1.0rc1"]}]})",
       record("Q", "PyPI", "torch", R"({"introduced":"0"},{"last_affected":"2.0"})"),
       record("N", "NuGet", "Newtonsoft.Json", kFixed2),
       record("M", "Maven", "org.a:b", kFixed2)});
  EXPECT_THAT(found(*built, catalog_of({package("pypi", "foo.bar", "1.0c1")})), ElementsAre("P@"));
  EXPECT_THAT(found(*built, catalog_of({package("pypi", "foo-bar", "1.0")})), IsEmpty());
  EXPECT_THAT(found(*built, catalog_of({package("pypi", "torch", "2.0+cu118")})),
              ElementsAre("Q@"));
  EXPECT_THAT(found(*built, catalog_of({package("nuget", "newtonsoft.json", "1.0.0")})),
              ElementsAre("N@2"));
  EXPECT_THAT(found(*built, catalog_of({package("maven", "org.a/b", "1.9")})), ElementsAre("M@2"));
}

TEST(Matcher, GoIsCareful) {
  std::unique_ptr<Built> built =
      build_of({record("G", "Go", "stdlib", R"({"introduced":"1.21.0-0"},{"fixed":"1.21.4"})"),
                record("H",
                       "Go",
                       "a.b/c",
                       R"({"introduced":"0"},{"fixed":"0.0.0-20200601000000-abcdefabcdef"})")});
  EXPECT_THAT(found(*built, catalog_of({package("golang", "stdlib", "go1.21.3")})),
              ElementsAre("G@1.21.4"));
  EXPECT_THAT(found(*built, catalog_of({package("golang", "stdlib", "1.21rc2")})),
              ElementsAre("G@1.21.4"));
  EXPECT_THAT(found(*built, catalog_of({package("golang", "stdlib", "1.20.9")})), IsEmpty());
  EXPECT_THAT(found(*built, catalog_of({package("golang", "a.b/c", "(devel)")})), IsEmpty());
  EXPECT_EQ(
      found(*built, catalog_of({package("golang", "a.b/c", "v0.0.0-20200101000000-000000000000")}))
          .size(),
      1U);
  EXPECT_THAT(found(*built, catalog_of({package("golang", "a.b/c", "v0.1.0")})), IsEmpty());
}

TEST(Matcher, DebianBySource) {
  std::unique_ptr<Built> built = build_of(
      {record("DEBIAN-CVE-1",
              "Debian:12",
              "openssl",
              R"({"introduced":"0"},{"fixed":"3.0.1-2"})",
              R"(,"upstream":["CVE-1"])"),
       record("DEBIAN-CVE-2", "Debian:11", "openssl", kFixed2, R"(,"upstream":["CVE-2"])")});
  Package lib = package("deb", "libssl3", "3.0.1-1+b4");
  lib.source_name = "openssl";
  EXPECT_THAT(found(*built, catalog_of({lib}, "debian", "12")), ElementsAre("CVE-1@3.0.1-2"));
  EXPECT_THAT(found(*built, catalog_of({lib}, "debian", "13")), IsEmpty());
  EXPECT_THAT(found(*built, catalog_of({lib}, "ubuntu", "12")), IsEmpty());
  lib.source_version = "3.0.1-2";
  EXPECT_THAT(found(*built, catalog_of({lib}, "debian", "12.7")), IsEmpty());
  Package rebuilt = package("deb", "openssl", "3.0.1-2+b1");
  EXPECT_THAT(found(*built, catalog_of({rebuilt}, "debian", "12")), IsEmpty());
}

TEST(Matcher, AlpineByOriginAndBranch) {
  std::unique_ptr<Built> built = build_of({record("ALPINE-CVE-1",
                                                  "Alpine:v3.19",
                                                  "busybox",
                                                  R"({"introduced":"0"},{"fixed":"1.36.1-r16"})",
                                                  R"(,"upstream":["CVE-1"])"),
                                           record("ALPINE-CVE-2",
                                                  "Alpine:v3.19",
                                                  "busybox",
                                                  R"({"introduced":"0"},{"fixed":"0"})",
                                                  R"(,"upstream":["CVE-2"])")});
  Package ssl = package("apk", "ssl_client", "1.36.1-r15");
  ssl.source_name = "busybox";
  EXPECT_THAT(found(*built, catalog_of({ssl}, "alpine", "3.19.4")),
              ElementsAre("CVE-1@1.36.1-r16"));
  PackageCatalog edge = catalog_of({ssl}, "alpine", "3.19.4");
  edge.distribution.branch = "edge";
  EXPECT_THAT(found(*built, edge), IsEmpty());
}

TEST(Matcher, UbuntuAndPro) {
  std::unique_ptr<Built> built = build_of(
      {record("U1", "Ubuntu:22.04:LTS", "curl", kFixed2),
       record("U2", "Ubuntu:Pro:22.04:LTS", "curl", R"({"introduced":"0"},{"fixed":"2+esm1"})")});
  EXPECT_THAT(found(*built, catalog_of({package("deb", "curl", "1")}, "ubuntu", "22.04")),
              ElementsAre("U1@2"));
  EXPECT_THAT(
      found(*built,
            catalog_of(
                {package("deb", "curl", "1"), package("deb", "x", "1+esm1")}, "ubuntu", "22.04")),
      ElementsAre("U1@2", "U2@2+esm1"));
}

TEST(Matcher, ModuleStreams) {
  std::unique_ptr<Built> built =
      build_of({record("ALSA-1",
                       "AlmaLinux:8",
                       "nodejs",
                       R"({"introduced":"0"},{"fixed":"1:18.20.1-1.module_el8.9.0+3"})",
                       R"(,"summary":"Important: nodejs:18 security update","related":["CVE-1"])"),
                record("ALSA-2",
                       "AlmaLinux:8",
                       "curl",
                       R"({"introduced":"0"},{"fixed":"7.61.1-34.el8"})",
                       R"(,"related":["CVE-2","CVE-3"])")});
  Package node = package("rpm", "nodejs", "1:16.1.0-1.module_el8.9.0+1");
  node.module = "nodejs:18:8090020240301:489197e6";
  EXPECT_EQ(found(*built, catalog_of({node}, "almalinux", "8.9")).size(), 1U);
  node.module = "nodejs:16:8090020240301:489197e6";
  EXPECT_THAT(found(*built, catalog_of({node}, "almalinux", "8.9")), IsEmpty());
  node.module = "nodejs:180:8090020240301:489197e6";
  EXPECT_THAT(found(*built, catalog_of({node}, "almalinux", "8.9")), IsEmpty());
  Package plain = package("rpm", "nodejs", "1:16.1.0-1.el8");
  EXPECT_THAT(found(*built, catalog_of({plain}, "almalinux", "8.9")), IsEmpty());
  EXPECT_THAT(
      found(*built, catalog_of({package("rpm", "curl", "7.61.1-33.el8")}, "almalinux", "8.9")),
      ElementsAre("CVE-2@7.61.1-34.el8", "CVE-3@7.61.1-34.el8"));
}

TEST(Matcher, MergesAliases) {
  std::unique_ptr<Built> built = build_of(
      {record("GHSA-1",
              "npm",
              "x",
              kFixed2,
              R"(,"aliases":["CVE-1"],"database_specific":{"severity":"MODERATE"})"),
       record("NSWG-1", "npm", "x", kFixed2, R"(,"aliases":["GHSA-1"])"),
       "CVE-1\tCVSS_V3\tCVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\tnvd\n",
       "CVE-1,0.5,0.9\n",
       R"({"catalogVersion":"1","vulnerabilities":[{"cveID":"CVE-1","dateAdded":"2024-02-03"}]})"});
  Result<Matches> matches =
      match_packages(*built->database, catalog_of({package("npm", "x", "1.0.0")}));
  ASSERT_TRUE(matches.ok());
  ASSERT_EQ(matches->findings.size(), 1U);
  const VulnFinding& finding = matches->findings[0];
  EXPECT_EQ(finding.id, "CVE-1");
  EXPECT_THAT(finding.advisories, ElementsAre("GHSA-1", "NSWG-1"));
  EXPECT_THAT(finding.aliases, ElementsAre("GHSA-1", "NSWG-1"));
  EXPECT_EQ(finding.level, RiskLevel::Medium);
  EXPECT_EQ(finding.level_source, "GHSA");
  EXPECT_EQ(finding.exploited_since, "2024-02-03");
  EXPECT_NEAR(finding.epss.value_or(0), 0.5, 1e-6);
}

TEST(Matcher, SeverityOfTheTable) {
  std::unique_ptr<Built> built =
      build_of({record("DEBIAN-CVE-9", "Debian:12", "x", kFixed2, R"(,"upstream":["CVE-9"])"),
                "CVE-9\tCVSS_V3\tCVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\tnvd\n"});
  Result<Matches> matches =
      match_packages(*built->database, catalog_of({package("deb", "x", "1")}, "debian", "12"));
  ASSERT_TRUE(matches.ok());
  ASSERT_EQ(matches->findings.size(), 1U);
  EXPECT_EQ(matches->findings[0].level, RiskLevel::Critical);
  EXPECT_EQ(matches->findings[0].level_source, "nvd");
  EXPECT_EQ(matches->findings[0].score, 9.8);
}

TEST(Matcher, AnswerDoesNotDependOnThreads) {
  std::vector<std::string> records;
  std::vector<Package> packages;
  for (int i = 0; i < 50; ++i) {
    std::string name = "p" + std::to_string(i % 20);
    records.push_back(record("A" + std::to_string(i), "npm", name.c_str(), kFixed2));
    packages.push_back(package("npm", name, i % 3 == 0 ? "1.0.0" : "2.0.0"));
  }
  std::unique_ptr<Built> built = build_of(records);
  PackageCatalog catalog = catalog_of(std::move(packages));
  catalog.packages[6].is_installed = false;
  auto rows = [&](unsigned threads) {
    Result<Matches> matches = match_packages(*built->database, catalog, threads, CancelToken());
    EXPECT_TRUE(matches.ok());
    std::vector<std::string> out = {std::to_string(matches->matched_packages)};
    for (const VulnFinding& finding : matches->findings)
      out.push_back(finding.id + " " + std::to_string(finding.package));
    return out;
  };
  std::vector<std::string> expected = rows(1);
  EXPECT_EQ(expected[0], "49");
  // 16 installed packages of version 1, each with the two or three records of its name.
  EXPECT_GT(expected.size(), 32U);
  EXPECT_EQ(rows(4), expected);
  CancelToken cancelled;
  cancelled.cancel();
  EXPECT_EQ(match_packages(*built->database, catalog, 2, cancelled).error().kind(),
            ErrorKind::Cancelled);
}

// Worked examples of the specifications: CVSS 2.0 guide 3.3, CVSS 3.1 examples document.
std::optional<VulnRecord> found(const Built& built, std::string_view id) {
  Result<std::optional<VulnRecord>> record = find_vulnerability(*built.database, id);
  EXPECT_TRUE(record.ok());
  return record.ok() ? *record : std::nullopt;
}

TEST(Lookup, JoinsAllThatIsKnownOfAName) {
  auto built = build_of(
      {record("GHSA-a",
              "npm",
              "left",
              kFixed2,
              R"(,"aliases":["CVE-2026-1"],"summary":"a flaw",)"
              R"("database_specific":{"severity":"HIGH"})"),
       record("DEBIAN-CVE-2026-1",
              "Debian:12",
              "left",
              R"({"introduced":"1.5"},{"fixed":"1.8-2"})",
              R"(,"upstream":["CVE-2026-1"])"),
       record("GHSA-b", "npm", "right", R"({"introduced":"0"})", R"(,"aliases":["CVE-2026-2"])")});
  for (std::string_view name : {"CVE-2026-1", "cve-2026-1", "GHSA-a", "DEBIAN-CVE-2026-1"}) {
    std::optional<VulnRecord> one = found(*built, name);
    ASSERT_TRUE(one) << name;
    EXPECT_EQ(one->id, "CVE-2026-1") << name;
    EXPECT_EQ(one->advisories, (std::vector<std::string>{"DEBIAN-CVE-2026-1", "GHSA-a"})) << name;
  }
  std::optional<VulnRecord> one = found(*built, "CVE-2026-1");
  EXPECT_EQ(one->summary, "a flaw");
  ASSERT_EQ(one->affected.size(), 2U);
  EXPECT_EQ(one->affected[0].ecosystem + " " + one->affected[0].versions,
            "Debian:12 from 1.5 before 1.8-2");
  EXPECT_EQ(one->affected[1].name + " " + one->affected[1].versions, "left before 2");
  ASSERT_EQ(one->levels.size(), 1U);
  EXPECT_EQ(one->levels[0].source, "GHSA-a");
  EXPECT_EQ(found(*built, "GHSA-b")->affected[0].versions, "all versions");
  EXPECT_FALSE(found(*built, "CVE-2026-3"));
}

// Its other names are those of the vulnerabilities it mends.
TEST(Lookup, AnErratumAboutSeveralIsNoneOfThem) {
  auto built = build_of(
      {record("RHSA-1", "Red Hat:9", "a", kFixed2, R"(,"upstream":["CVE-2026-1","CVE-2026-2"])"),
       record("GHSA-a", "npm", "b", kFixed2, R"(,"aliases":["CVE-2026-1"])")});
  EXPECT_EQ(found(*built, "CVE-2026-1")->advisories,
            (std::vector<std::string>{"GHSA-a", "RHSA-1"}));
  EXPECT_EQ(found(*built, "CVE-2026-2")->advisories, (std::vector<std::string>{"RHSA-1"}));
  EXPECT_EQ(found(*built, "CVE-2026-2")->affected.size(), 1U);
}

TEST(Lookup, TellsIdsFromOtherWords) {
  for (std::string_view id : {"CVE-2021-44228", "GHSA-jfh8-c2jp-5v3q", "DSA-1-1", "RHSA-2024:1"})
    EXPECT_TRUE(is_vulnerability_id(id)) << id;
  for (std::string_view word : {"setuid-files", "shop:1.4", "debian-12/x", "CVE-", "-1", ""})
    EXPECT_FALSE(is_vulnerability_id(word)) << word;
}

TEST(Cvss, ScoresOfTheSpecifications) {
  EXPECT_EQ(cvss_base_score("AV:N/AC:L/Au:N/C:N/I:N/A:C"), 7.8);    // CVE-2002-0392
  EXPECT_EQ(cvss_base_score("AV:N/AC:L/Au:N/C:C/I:C/A:C"), 10.0);   // CVE-2003-0818
  EXPECT_EQ(cvss_base_score("(AV:L/AC:H/Au:N/C:C/I:C/A:C)"), 6.2);  // CVE-2003-0062
  EXPECT_EQ(cvss_base_score("AV:N/AC:L/Au:N/C:N/I:N/A:N"), 0.0);
  EXPECT_EQ(cvss_base_score("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N"),
            6.4);  // CVE-2013-1937 kin
  EXPECT_EQ(cvss_base_score("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N"), 6.1);  // CVE-2013-1937
  EXPECT_EQ(cvss_base_score("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N"), 3.1);  // CVE-2014-3566
  EXPECT_EQ(cvss_base_score("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H"), 9.9);  // CVE-2012-1516
  EXPECT_EQ(cvss_base_score("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"), 7.5);  // CVE-2014-0160
  EXPECT_EQ(cvss_base_score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"), 0.0);
}

// Of FIRST's "CVSS v4.0 Examples"; 25,000 other vectors were held against another implementation.
TEST(Cvss, ScoresOfVersion4) {
  struct Example {
    std::string_view vector;
    double score;
  };

  constexpr Example kExamples[] = {
      {"CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.3},  // CVE-2022-41741
      {"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.7},  // CVE-2020-3549
      {"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N", 8.3},  // CVE-2023-3089
      {"CVSS:4.0/AV:L/AC:L/AT:N/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N", 4.6},  // CVE-2021-44714
      {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N", 5.1},  // CVE-2022-21830
      {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", 8.7},  // CVE-2014-0160
      {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 10.0},
      {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0.0},
      {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N/E:P", 8.7},
  };
  for (const Example& example : kExamples)
    EXPECT_EQ(cvss_base_score(example.vector), example.score) << example.vector;
  EXPECT_EQ(cvss_base_score("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N"),
            std::nullopt);
}

TEST(Cvss, WhatIsNoVector) {
  for (const char* text : {"",
                           "HIGH",
                           "CVSS:3.1/",
                           "CVSS:3.1/AV:N",
                           "CVSS:3.1/AV:N/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
                           "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
                           "CVSS:9.0/AV:N"}) {
    EXPECT_EQ(cvss_base_score(text), std::nullopt) << text;
  }
}

TEST(Database, DamageIsAnError) {
  std::unique_ptr<Built> built = build_of({record("A", "npm", "x", kFixed2)});
  ASSERT_TRUE(built->database->verify().ok());
  PackageCatalog catalog = catalog_of({package("npm", "x", "1.0.0")});
  for (size_t i = 0; i < built->bytes.size(); ++i) {
    std::string bytes = built->bytes;
    bytes[i] = static_cast<char>(bytes[i] ^ 0xFF);
    Result<Database> database = Database::over(bytes);
    if (!database.ok()) continue;
    (void)match_packages(*database, catalog);  // an answer or an error, no crash
    bool is_told = !database->verify().ok() || i < sizeof(database_format::Head);
    EXPECT_TRUE(is_told) << i;
  }
  for (size_t size : {size_t{0}, size_t{7}, size_t{100}, built->bytes.size() - 1}) {
    EXPECT_FALSE(Database::over(std::string_view(built->bytes).substr(0, size)).ok()) << size;
  }
}

// Feeds the corpus to a builder and keeps the records.
struct CorpusSink : FeedSink {
  DatabaseBuilder builder;
  std::vector<Advisory> advisories;

  void add(const Advisory& advisory) override {
    builder.add(advisory);
    advisories.push_back(advisory);
  }

  void add(const CveNote& note) override { builder.add(note); }

  void withdrawn() override { builder.withdrawn(); }

  void problem(const std::string& text) override { ADD_FAILURE() << text; }
};

struct EventCounts {
  uint64_t hits = 0;
  uint64_t misses = 0;
};

// The rows of a package by the advisory they are of, each package's looked up once.
class RowIndex {
 public:
  explicit RowIndex(const Database& database) : database_(database) {}

  bool is_hit(const Ecosystem& ecosystem,
              const AffectedPackage& package,
              const std::string& id,
              std::string_view version) {
    std::string name = index_name(ecosystem, package.name);
    auto [place, is_new] = rows_.try_emplace(package.ecosystem + "/" + name);
    if (is_new) fill(place->second, package.ecosystem, name);
    bool hit = false;
    for (const database_format::AffectedRow* row : place->second[id]) {
      Result<MatchVerdict> verdict =
          judge(database_, *row, *find_version_order(ecosystem.order), version);
      EXPECT_TRUE(verdict.ok());
      hit |= verdict->is_affected;
    }
    return hit;
  }

 private:
  using ById = std::unordered_map<std::string, std::vector<const database_format::AffectedRow*>>;

  void fill(ById& rows, const std::string& ecosystem, const std::string& name) {
    auto found = database_.affected(ecosystem, name);
    EXPECT_TRUE(found.ok());
    for (const database_format::AffectedRow& row : *found) {
      auto advisory = database_.advisory(row.advisory);
      EXPECT_TRUE(advisory.ok());
      rows[std::string(*database_.text((*advisory)->id))].push_back(&row);
    }
  }

  const Database& database_;
  std::unordered_map<std::string, ById> rows_;
};

// What the record says by its own words of a version, straight from the schema's pseudo code.
bool expected(const Advisory& advisory,
              const AffectedPackage& package,
              const Ecosystem& ecosystem,
              const std::string& version) {
  const VersionOrder& order = *find_version_order(ecosystem.order);
  auto at_least = [&](const std::string& other) {
    return other == "0" || order.compare(version, other) >= 0;
  };
  for (const AffectedPackage& own : advisory.affected) {
    bool is_same = own.ecosystem == package.ecosystem;
    bool is_spelled_the_same = own.name == package.name;
    if (is_same && !is_spelled_the_same && ecosystem.name_rule != NameRule::AsIs) {
      is_spelled_the_same = index_name(ecosystem, own.name) == index_name(ecosystem, package.name);
    }
    is_same &= is_spelled_the_same;
    if (!is_same) continue;
    for (const std::string& listed : own.versions) {
      if (order.compare(version, listed) == 0) return true;
    }
    for (const Events& range : own.ranges) {
      const RangeEvent* last = nullptr;  // the highest that the version has reached
      bool is_affected = false;
      for (const RangeEvent& event : range) {
        bool is_reached = event.kind == EventKind::LastAffected
                              ? order.compare(version, event.version) > 0
                              : at_least(event.version);
        if (!is_reached) continue;
        bool is_higher = last == nullptr || (last->version == "0" && event.version != "0");
        if (!is_higher && event.version != "0") {
          int sign = order.compare(event.version, last->version);
          is_higher = sign > 0 || (sign == 0 && event.kind >= last->kind);
        }
        if (!is_higher) continue;
        last = &event;
        is_affected = event.kind == EventKind::Introduced;
      }
      if (is_affected) return true;
    }
  }
  return false;
}

void check_record(RowIndex& index, const Advisory& advisory, EventCounts& counts) {
  for (const AffectedPackage& package : advisory.affected) {
    const Ecosystem* ecosystem = find_ecosystem(package.ecosystem);
    if (ecosystem == nullptr) continue;
    for (const Events& range : package.ranges) {
      for (const RangeEvent& event : range) {
        if (event.version == "0" || event.kind == EventKind::Limit) continue;
        bool should = expected(advisory, package, *ecosystem, event.version);
        ++(should ? counts.hits : counts.misses);
        EXPECT_EQ(index.is_hit(*ecosystem, package, advisory.id, event.version), should)
            << advisory.id << " " << package.name << " " << event.version;
      }
    }
    for (const std::string& version : package.versions) {
      ++counts.hits;
      EXPECT_TRUE(index.is_hit(*ecosystem, package, advisory.id, version))
          << advisory.id << " " << package.name << " " << version;
    }
  }
}

TEST(Corpus, EveryRecordMeetsItsOwnEvents) {
  if (!fs::exists(kCorpus)) GTEST_SKIP() << "the corpus of advisories is not here";
  CorpusSink sink;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(kCorpus)) {
    if (!entry.is_regular_file()) continue;
    sink.builder.begin_source(entry.path().filename().string(), "");
    Result<FeedCounts> counts = read_feed_file(entry.path(), sink, CancelToken());
    ASSERT_TRUE(counts.ok()) << counts.error().message();
  }
  std::unique_ptr<Built> built = build(sink.builder);
  EXPECT_TRUE(built->database->verify().ok());
  EventCounts counts;
  RowIndex index(*built->database);
  std::set<std::string> seen;
  for (const Advisory& advisory : sink.advisories) {
    if (seen.insert(advisory.id).second) check_record(index, advisory, counts);
  }
  EXPECT_GT(counts.hits, 10'000U);
  EXPECT_GT(counts.misses, 100'000U);
}

}  // namespace
}  // namespace whittle
