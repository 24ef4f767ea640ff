#include "vuln/versions/versions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/cancel.h"
#include "base/fs.h"
#include "base/strings.h"
#include "base/subprocess.h"

namespace whittle {
namespace {

const fs::path kCorpus = fs::path(WHITTLE_SOURCE_DIR) / "../shared/corpus/versions";

int compare(std::string_view order, std::string_view a, std::string_view b) {
  return find_version_order(order)->compare(a, b);
}

struct Chain {
  std::string_view order;
  std::string_view ascending;  // split by blanks; "=" says that the next is equal
};

// By hand from the documents that define the orders.
const Chain kChains[] = {
    {"dpkg", "1.0~~ 1.0~~a 1.0~ 1.0 1.0-1 1.0-1+b1 1.0a 1.0+b 1.0.1 1.10 1:0.5 10:0"},
    {"dpkg", "0 = 0:0 = 00 0-0.1"},
    {"rpm", "1.0~~ 1.0~rc1 1.0 1.0^git1 1.0a 1.0.1 1.0.2-1 1.0.2-1.el8 1.0.2-2 1.10 1:0.1"},
    {"rpm", "1.0-1 = 0:1.0-1 = 0:1_0-01"},
    {"apk",
     "1.0_alpha 1.0_alpha2 1.0_beta 1.0_pre 1.0_rc1 1.0 1.0-r1 1.0-r10 1.0_git1 1.0_p1 1.0a "
     "1.0.1 1.1 1.10"},
    {"semver",
     "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 "
     "1.0.0 = v1.0.0+build = 1.0 1.0.1 1.2.0 1.10.0"},
    {"go",
     "v0.0.0-20190101000000-abcdefabcdef v0.0.0-20200101000000-000000000000 v0.0.1 "
     "v1.1.25-0.20191211073109-8ebf2e419df7 v1.1.25 v2.0.0+incompatible = 2.0.0"},
    {"go", "go1.20 = 1.20.0 go1.21rc2 = 1.21.0-rc.2 go1.21rc10 go1.21.0 = 1.21 go1.21.1"},
    {"pep440",
     "1.0.dev1 1.0a1.dev1 1.0a1 1.0b2 1.0rc1 = 1.0c1 = 1.0-preview-1 1.0 = 1 = v1.0.0 1.0+1 "
     "1.0.post1.dev1 1.0.post1 = 1.0-1 1.0.1 1!0.1"},
    {"maven",
     "1-alpha 1-beta 1-milestone 1-rc = 1-cr 1-snapshot 1 = 1.0 = 1-ga = 1.0.0-final 1-sp 1-xyz "
     "1-1 1.1 1.10"},
    {"gem", "1.0.a 1.0.b1 = 1.b.1 1.0.rc1 1.0 = 1 = 1.0.0 1.0.1 1.10"},
    {"nuget", "1.0.0-alpha = 1.0-ALPHA 1.0.0-beta.2 1.0.0-beta.11 1.0 = 1.0.0.0 1.0.0.1 1.0.1"},
    {"composer", "1.0-dev 1.0-alpha1 1.0a2 1.0-beta 1.0-RC1 = 1.0rc1 1.0 = v1.0 1.0pl1 1.1 1.10"},
    {"bitnami", "1.2.3-rc.1-2 1.2.3 1.2.3-1 1.2.3-10 1.2.4"},
    {"numbers", "1.2 1.2.0 1.2-1 1.10"},
};

void check_chain(const Chain& chain) {
  std::vector<std::pair<std::string_view, size_t>> places;
  size_t place = 0;
  bool is_equal = true;
  for (std::string_view word : split_blanks(chain.ascending)) {
    if (word == "=") {
      is_equal = true;
      continue;
    }
    if (!is_equal) ++place;
    is_equal = false;
    places.emplace_back(word, place);
  }
  for (const auto& [a, at] : places) {
    EXPECT_TRUE(find_version_order(chain.order)->is_valid(a)) << chain.order << " " << a;
    for (const auto& [b, bt] : places) {
      EXPECT_EQ(compare(chain.order, a, b),
                at < bt   ? -1
                : at > bt ? 1
                          : 0)
          << chain.order << ": " << a << " against " << b;
    }
  }
}

TEST(Versions, ChainsByHand) {
  for (const Chain& chain : kChains) check_chain(chain);
}

TEST(Versions, TellsWhatIsNone) {
  EXPECT_FALSE(find_version_order("go")->is_valid("(devel)"));
  EXPECT_FALSE(find_version_order("go")->is_valid("devel go1.23-3f2a8b1"));
  EXPECT_FALSE(find_version_order("semver")->is_valid("file:../lib"));
  EXPECT_FALSE(find_version_order("semver")->is_valid("git+https://host/x.git"));
  EXPECT_FALSE(find_version_order("composer")->is_valid("dev-main"));
  EXPECT_FALSE(find_version_order("composer")->is_valid("2.x-dev"));
  EXPECT_FALSE(find_version_order("maven")->is_valid("${project.version}"));
  for (const VersionOrder& order : version_orders()) {
    EXPECT_FALSE(order.is_valid("")) << order.name;
  }
}

struct Labelled {
  std::string_view order;
  std::string_view corpus;
  std::string_view disagreements;  // with the real tool; "" none
};

const Labelled kCorpora[] = {
    {"dpkg", "Debian", ""},
    {"apk", "Alpine", "Alpine_disagree_apk-tools-2.14"},
    {"rpm", "rpm", ""},
    {"semver", "SemVer", ""},
    {"go", "Go", ""},
    {"pep440", "PyPI", ""},
    {"maven", "Maven", "Maven_disagree_maven-3.8.7"},
    {"gem", "RubyGems", ""},
    {"nuget", "NuGet", ""},
    {"composer", "Packagist", ""},
};

nlohmann::json read_json(const fs::path& path) {
  Command command;
  command.args = {"gzip", "-dcf", path.string()};
  command.max_output_bytes = 64 << 20;
  Result<CommandResult> read = run_checked(command, CancelToken());
  EXPECT_TRUE(read.ok()) << path;
  return read.ok() ? nlohmann::json::parse(read->out, nullptr, false) : nlohmann::json();
}

bool is_disputed(const nlohmann::json& disputed, const std::string& a, const std::string& b) {
  for (const nlohmann::json& line : disputed) {
    bool is_pair = line["a"] == a && line["b"] == b;
    if (is_pair || (line["a"] == b && line["b"] == a)) return true;
  }
  return false;
}

// Two of the corpus' sources that contradict each other.
using Labels = std::map<std::pair<std::string, std::string>, std::set<int>>;

Labels labels_of(const nlohmann::json& lines) {
  Labels labels;
  for (const nlohmann::json& line : lines) {
    labels[{line["a"], line["b"]}].insert(line["cmp"].get<int>());
  }
  return labels;
}

TEST(Versions, AgreeWithLabelledCorpus) {
  if (!fs::exists(kCorpus)) GTEST_SKIP() << "the corpus of versions is not here";
  for (const Labelled& corpus : kCorpora) {
    std::string name(corpus.corpus);
    nlohmann::json lines = read_json(kCorpus / (name + ".json.gz"));
    nlohmann::json disputed = nlohmann::json::array();
    if (!corpus.disagreements.empty()) {
      disputed = read_json(kCorpus / (std::string(corpus.disagreements) + ".json"));
    }
    ASSERT_GT(lines.size(), 10U) << name;
    Labels labels = labels_of(lines);
    for (const nlohmann::json& line : lines) {
      std::string a = line["a"];
      std::string b = line["b"];
      int expected = line["cmp"];
      bool is_right =
          compare(corpus.order, a, b) == expected && compare(corpus.order, b, a) == -expected;
      bool is_clear = labels[{a, b}].size() == 1;
      EXPECT_TRUE(is_right || !is_clear || is_disputed(disputed, a, b))
          << name << ": `" << a << "` " << expected << " `" << b << "`, not "
          << compare(corpus.order, a, b) << " " << line["src"];
    }
  }
}

TEST(Versions, DpkgSaysTheSame) {
  if (find_program("dpkg").empty()) GTEST_SKIP() << "there is no dpkg";
  const std::string_view versions[] = {"1.0",
                                       "1.0~rc1",
                                       "1.0-1",
                                       "1:0.1",
                                       "1.0+b1",
                                       "1.0a",
                                       "1.00",
                                       "1.0.0",
                                       "1.0-1+deb",
                                       "0~",
                                       "2~~",
                                       "1.0-1.1"};
  for (std::string_view a : versions) {
    for (std::string_view b : versions) {
      Command command;
      int order = compare("dpkg", a, b);
      const char* sign = order < 0 ? "lt" : order > 0 ? "gt" : "eq";
      command.args = {"dpkg", "--compare-versions", std::string(a), sign, std::string(b)};
      Result<CommandResult> result = run_command(command, CancelToken());
      ASSERT_TRUE(result.ok());
      EXPECT_EQ(result->exit_code, 0) << a << " " << sign << " " << b;
    }
  }
}

}  // namespace
}  // namespace whittle
