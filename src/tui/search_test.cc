#include "tui/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace whittle::tui {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string best(std::string_view wanted, std::vector<std::string> texts) {
  return *std::max_element(
      texts.begin(), texts.end(), [&](const std::string& a, const std::string& b) {
        return fuzzy_score(wanted, a) < fuzzy_score(wanted, b);
      });
}

TEST(Fuzzy, TakesTheCharactersInTheirOrder) {
  EXPECT_GT(fuzzy_score("epw", "etc/passwd"), 0);
  EXPECT_EQ(fuzzy_score("wpe", "etc/passwd"), 0);
  EXPECT_EQ(fuzzy_score("", "etc/passwd"), 0);
  EXPECT_EQ(fuzzy_score("passwdd", "etc/passwd"), 0);
  EXPECT_THAT(fuzzy_places("ep", "etc/passwd"), ElementsAre(0U, 4U));
  EXPECT_THAT(fuzzy_places("x", "etc/passwd"), IsEmpty());
}

TEST(Fuzzy, PrefersWordsAndTheLastComponent) {
  EXPECT_EQ(
      best("passwd", {"usr/share/doc/passwd/copyright", "etc/passwd", "usr/bin/passwd.old/x"}),
      "etc/passwd");
  EXPECT_EQ(best("ls", {"usr/lib/systemd/all.so", "usr/bin/ls", "usr/lib/a/b/s"}), "usr/bin/ls");
  EXPECT_EQ(best("libc", {"usr/share/l/i/b/c", "lib/x86_64/libc.so.6", "var/lib/cache"}),
            "lib/x86_64/libc.so.6");
}

TEST(Fuzzy, CapitalsMeanThemselves) {
  EXPECT_GT(fuzzy_score("readme", "app/README.md"), 0);
  EXPECT_GT(fuzzy_score("README", "app/README.md"), 0);
  EXPECT_EQ(fuzzy_score("README", "app/readme.md"), 0);
}

TEST(Fuzzy, FindsWhatAGreedyTryPassesOver) {
  // The word beginning at "-a" comes after the only "b".
  EXPECT_GT(fuzzy_score("ab", "xab-a"), 0);
  EXPECT_GT(fuzzy_score("aab", "ca-ab-a"), 0);
}

TEST(Pattern, PartsIgnoreCaseUnlessTheyHaveCapitals) {
  EXPECT_TRUE(PathPattern("passwd").matches("/etc/PASSWD"));
  EXPECT_FALSE(PathPattern("Passwd").matches("/etc/passwd"));
  EXPECT_TRUE(PathPattern("c++").matches("/usr/bin/c++"));
  EXPECT_TRUE(PathPattern("libc.so").matches("/lib/libc.so.6"));
  EXPECT_FALSE(PathPattern("libc.so").matches("/lib/libcxso"));
}

TEST(Pattern, ExpressionsArePosixExtended) {
  EXPECT_TRUE(PathPattern("\\.py$").matches("/app/a.py"));
  EXPECT_FALSE(PathPattern("\\.py$").matches("/app/a.pyc"));
  EXPECT_TRUE(PathPattern("^/(etc|var)/").matches("/var/lib"));
  EXPECT_FALSE(PathPattern("^/(etc|var)/").matches("/usr/var/lib"));
}

TEST(Pattern, ABrokenExpressionIsAPart) {
  PathPattern broken("a(b");
  EXPECT_NE(broken.problem(), "");
  EXPECT_TRUE(broken.matches("/x/a(b.txt"));
  EXPECT_FALSE(broken.matches("/x/ab.txt"));
}

}  // namespace
}  // namespace whittle::tui
