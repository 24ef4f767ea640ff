#include "vuln/feeds/feeds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whittle {
namespace {

struct Kept : FeedSink {
  std::vector<Advisory> advisories;
  std::vector<CveNote> notes;
  std::vector<std::string> problems;
  int taken_back = 0;

  void add(const Advisory& advisory) override { advisories.push_back(advisory); }

  void add(const CveNote& note) override { notes.push_back(note); }

  void withdrawn() override { ++taken_back; }

  void problem(const std::string& text) override { problems.push_back(text); }
};

std::string_view feed_of(std::string_view document, Kept& kept) {
  Result<int> feed = read_feed_document(document, "it", kept);
  if (!feed.ok()) return "broken";
  return *feed < 0 ? "none" : feed_table()[static_cast<size_t>(*feed)].name;
}

TEST(Feeds, Osv) {
  Kept kept;
  EXPECT_EQ(feed_of(R"({"id":"GHSA-1","modified":"2024-01-01T00:00:00Z","aliases":["CVE-2024-1"],
    "summary":"one\ntwo","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N"}],
    "database_specific":{"severity":"HIGH"},
    "references":[{"type":"WEB","url":"https://w"},{"type":"ADVISORY","url":"https://a"}],
    "affected":[{"package":{"ecosystem":"npm","name":"x"},
      "ranges":[{"type":"GIT","events":[{"introduced":"abc"}]},
                {"events":[{"introduced":"0"},{"fixed":"1.2"}]}],"versions":["1.0"]},
      {"ranges":[]}]})",
                    kept),
            "osv");
  ASSERT_EQ(kept.advisories.size(), 1U);
  const Advisory& advisory = kept.advisories[0];
  EXPECT_EQ(advisory.id, "GHSA-1");
  EXPECT_EQ(advisory.summary, "one");
  EXPECT_EQ(advisory.url, "https://a");
  EXPECT_EQ(advisory.severity_word, "HIGH");
  EXPECT_THAT(advisory.aliases, testing::ElementsAre("CVE-2024-1"));
  EXPECT_THAT(advisory.severities, testing::ElementsAre(SeverityNote{"CVSS_V3", "CVSS:3.1/AV:N"}));
  ASSERT_EQ(advisory.affected.size(), 1U) << "one without a package is nothing's";
  ASSERT_EQ(advisory.affected[0].ranges.size(), 1U) << "a range of commits says nothing here";
  EXPECT_EQ(advisory.affected[0].ranges[0][1].version, "1.2");
  EXPECT_EQ(advisory.affected[0].ranges[0][1].kind, EventKind::Fixed);
}

TEST(Feeds, WithdrawnRecordsAreNone) {
  Kept kept;
  EXPECT_EQ(feed_of(R"({"id":"A","withdrawn":"2024-01-01T00:00:00Z","affected":[]})", kept), "osv");
  EXPECT_EQ(kept.taken_back, 1);
  EXPECT_TRUE(kept.advisories.empty());
}

TEST(Feeds, Tables) {
  Kept kept;
  EXPECT_EQ(feed_of("#model_version:v2025\ncve,epss,percentile\nCVE-2021-44228,0.94358,0.99967\n"
                    "CVE-2021-1,bad,0.5\n",
                    kept),
            "epss");
  EXPECT_EQ(feed_of("CVE-2020-1\tCVSS_V3\tCVSS:3.1/AV:N\tnvd\n", kept), "cvss_table");
  EXPECT_EQ(feed_of("CVE-2020-2\tactive\tyes\ttotal\n", kept), "ssvc");
  EXPECT_EQ(feed_of(R"({"catalogVersion":"1","vulnerabilities":[{"cveID":"CVE-2020-3",
    "dateAdded":"2021-12-10","knownRansomwareCampaignUse":"Known"}]})",
                    kept),
            "kev");
  ASSERT_EQ(kept.notes.size(), 4U);
  EXPECT_NEAR(kept.notes[0].epss, 0.94358, 1e-9);
  EXPECT_EQ(kept.notes[1].severity.score, "CVSS:3.1/AV:N");
  EXPECT_EQ(kept.notes[1].severity_source, "nvd");
  EXPECT_TRUE(kept.notes[2].is_automatable);
  EXPECT_EQ(kept.notes[3].exploited_since, "2021-12-10");
  EXPECT_TRUE(kept.notes[3].is_ransomware);
}

TEST(Feeds, ForeignAndBrokenDocuments) {
  Kept kept;
  EXPECT_EQ(feed_of("", kept), "none");
  EXPECT_EQ(feed_of("# A readme\n", kept), "none");
  EXPECT_EQ(feed_of("{\"id\": ", kept), "broken");
  EXPECT_EQ(feed_of(std::string(100'000, '['), kept), "broken");
  EXPECT_EQ(feed_of("{}", kept), "osv");
  EXPECT_EQ(kept.problems.size(), 1U) << "a record without an id";
}

TEST(Feeds, FileThatIsNotThere) {
  Kept kept;
  Result<FeedCounts> counts = read_feed_file("/nowhere/all.zip", kept, CancelToken());
  ASSERT_FALSE(counts.ok());
  EXPECT_EQ(counts.error().kind(), ErrorKind::NotFound);
}

}  // namespace
}  // namespace whittle
