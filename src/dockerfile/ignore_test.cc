// Vectors of moby/patternmatcher where the corpus is there; the rest is worked out by hand from
// Go's documentation.
#include "dockerfile/ignore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <regex.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "base/strings.h"
#include "dockerfile/ignore_pattern.h"

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

IgnoreMatcher matcher(const std::vector<std::string>& patterns) {
  Result<IgnoreMatcher> made = IgnoreMatcher::make(patterns);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message());
  return std::move(made).value();
}

bool ignores(const std::vector<std::string>& patterns, std::string_view path) {
  return matcher(patterns).is_ignored(path);
}

std::vector<std::string> read(std::string_view text) {
  std::vector<std::string> patterns;
  Result<std::vector<IgnorePattern>> parsed = parse_ignore_file(text, Limits());
  EXPECT_TRUE(parsed.ok());
  for (const IgnorePattern& pattern : *parsed)
    patterns.push_back((pattern.is_negated ? "!" : "") + pattern.text);
  return patterns;
}

std::string error_of(const std::vector<std::string>& patterns) {
  Result<IgnoreMatcher> made = IgnoreMatcher::make(patterns);
  return made ? "" : made.error().message();
}

class IgnoreVectors : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::path path =
        WHITTLE_SOURCE_DIR "/../shared/corpus/buildkit/ignore_vectors.json";
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "../shared/corpus is not there";
    std::ifstream file(path);
    vectors_ = nlohmann::json::parse(file);
  }

  nlohmann::json vectors_;
};

// None is left out. The cases of `Matches`, which looks only one folder up, expect the same of a
// full walk. What fails while matching there fails while making the matcher here.
TEST_F(IgnoreVectors, Match) {
  for (const nlohmann::json& one : vectors_["match_cases"]) {
    auto patterns = one["patterns"].get<std::vector<std::string>>();
    Result<IgnoreMatcher> made = IgnoreMatcher::make(patterns);
    EXPECT_EQ(made.ok(), !one.value("error", false)) << one;
    if (!made || !one.contains("match")) continue;
    EXPECT_EQ(made->is_ignored(one["path"].get<std::string>()), one["match"].get<bool>()) << one;
  }
}

TEST_F(IgnoreVectors, IgnoreFiles) {
  for (const nlohmann::json& one : vectors_["ignorefile_cases"]) {
    EXPECT_EQ(read(one["content"].get<std::string>()),
              one["patterns"].get<std::vector<std::string>>())
        << one;
  }
}

// Paths of up to four names over the letters of the patterns.
std::vector<std::string> random_paths(size_t count) {
  const std::vector<std::string> names = {"a",
                                          "dir",
                                          "dir2",
                                          "file",
                                          "xfile",
                                          "foo",
                                          "bar",
                                          "abc.def",
                                          "x.txt",
                                          "y.txt",
                                          "txt",
                                          "ace",
                                          "abcZdef",
                                          "a-e",
                                          "dirx",
                                          "foobar"};
  std::mt19937 random(7);
  std::vector<std::string> paths;
  for (size_t i = 0; i < count; ++i) {
    std::vector<std::string> parts;
    for (size_t depth = 1 + random() % 4; depth > 0; --depth)
      parts.push_back(names[random() % names.size()]);
    paths.push_back(join(parts, "/"));
  }
  return paths;
}

// What the vectors say a pattern becomes, carried out by the C library.
TEST_F(IgnoreVectors, Compile) {
  std::vector<std::string> paths = random_paths(3000);
  for (const nlohmann::json& one : vectors_["compile_cases"]) {
    auto pattern = one["pattern"].get<std::string>();
    auto kind = one["match_type"].get<std::string>();
    Result<GlobPattern> compiled = GlobPattern::compile(pattern);
    ASSERT_TRUE(compiled.ok());
    regex_t regex{};
    if (kind == "regexpMatch") {
      ASSERT_EQ(
          regcomp(&regex, one["regexp_unix"].get<std::string>().c_str(), REG_EXTENDED | REG_NOSUB),
          0);
    }
    for (const std::string& path : paths) {
      bool expected = path == pattern;
      if (kind == "regexpMatch") expected = regexec(&regex, path.c_str(), 0, nullptr, 0) == 0;
      if (kind == "prefixMatch") expected = path.starts_with(pattern.substr(0, pattern.size() - 2));
      if (kind == "suffixMatch")
        expected = path.ends_with(pattern.substr(2)) || "**/" + path == pattern;
      EXPECT_EQ(compiled->matches(path), expected) << pattern << " " << path;
    }
    if (kind == "regexpMatch") regfree(&regex);
  }
}

TEST(IgnoreFile, LinesAndRanges) {
  std::string text =
      "\xEF\xBB\xBFnode_modules/\r\n#c\n\n  !/keep/../me  \n \xC2\xA0x\xE2\x80\x83\n";
  Result<std::vector<IgnorePattern>> patterns = parse_ignore_file(text, Limits());
  ASSERT_TRUE(patterns.ok());
  ASSERT_EQ(patterns->size(), 3u);
  EXPECT_EQ((*patterns)[0].text, "node_modules");
  EXPECT_EQ((*patterns)[0].range.of(text), "node_modules/");
  EXPECT_EQ((*patterns)[1].text, "me");
  EXPECT_TRUE((*patterns)[1].is_negated);
  EXPECT_EQ((*patterns)[1].range.of(text), "  !/keep/../me  ");
  EXPECT_EQ((*patterns)[2].text, "x");
  EXPECT_THAT(read("/!x\n!!y\n./a//b/."), ElementsAre("!x", "!!y", "a/b"));
}

TEST(IgnoreFile, Limits) {
  Limits limits;
  limits.max_ignore_patterns = 2;
  EXPECT_TRUE(parse_ignore_file("a\n#\nb\n", limits).ok());
  Result<std::vector<IgnorePattern>> patterns = parse_ignore_file("a\nb\nc", limits);
  ASSERT_FALSE(patterns.ok());
  EXPECT_EQ(patterns.error().kind(), ErrorKind::Limit);
  limits.max_ignore_bytes = 3;
  EXPECT_FALSE(parse_ignore_file("abcd", limits).ok());
}

TEST(Ignore, OrderNegationAndParents) {
  EXPECT_TRUE(ignores({"a"}, "a/b/c"));
  EXPECT_FALSE(ignores({"a", "!a/b"}, "a/b/c"));
  EXPECT_TRUE(ignores({"a", "!a/b"}, "a/c"));
  EXPECT_TRUE(ignores({"!a/b", "a"}, "a/b"));
  EXPECT_TRUE(ignores({"*", "!a", "a/x"}, "a/x/y"));
  EXPECT_FALSE(ignores({"*.md", "!README.md"}, "README.md"));
  EXPECT_FALSE(ignores({"*.md"}, "docs/x.md"));
  EXPECT_FALSE(ignores({}, "a"));
  EXPECT_FALSE(ignores({"", "  "}, "a"));
  EXPECT_FALSE(ignores({"/a"}, "a"));  // the slash goes when the file is read, not here
}

TEST(Ignore, DecidingPattern) {
  IgnoreMatcher patterns = matcher({"*", "", "!src", "src/*.o"});
  EXPECT_EQ(patterns.deciding_pattern("a"), 0);
  EXPECT_EQ(patterns.deciding_pattern("src/a.c"), 2);
  EXPECT_EQ(patterns.deciding_pattern("src/a.o"), 3);
  EXPECT_EQ(matcher({"x"}).deciding_pattern("a"), -1);
}

TEST(Ignore, MayHoldKept) {
  EXPECT_FALSE(matcher({"a"}).may_hold_kept("a"));
  EXPECT_TRUE(matcher({"a", "!a/b/c"}).may_hold_kept("a"));
  EXPECT_TRUE(matcher({"a", "!a/b/c/**"}).may_hold_kept("a/b"));
  EXPECT_FALSE(matcher({"a", "!a/b/c"}).may_hold_kept("a/d"));
  EXPECT_TRUE(matcher({"a", "!**/c"}).may_hold_kept("a/d"));
}

// Not a path of BuildKit's tests: its walk does not ask `f*` for the folder, for that is out
// already.
TEST(Ignore, PatternsAreAskedOnlyWhereTheyDecide) {
  EXPECT_FALSE(ignores({"foo", "!foo/bar", "f*"}, "foo/bar"));
  EXPECT_TRUE(ignores({"f*", "!foo/bar", "f*"}, "foo/baz"));
}

TEST(Ignore, ClassesAreThoseOfGoRegexps) {
  EXPECT_TRUE(ignores({"a[b-d]e"}, "ace"));
  EXPECT_TRUE(ignores({"a[^b-d]e"}, "a/e"));
  EXPECT_TRUE(ignores({"\\d"}, "7"));
  EXPECT_FALSE(ignores({"\\d"}, "d"));
  EXPECT_TRUE(ignores({"[\\w]x"}, "_x"));
  EXPECT_TRUE(ignores({"\\x41"}, "A"));
  EXPECT_TRUE(ignores({"a[*]b"}, "a^^]b"));  // becomes a[[^/]*]b
  EXPECT_FALSE(ignores({"a[*]b"}, "a*b"));
  EXPECT_TRUE(ignores({"^foo*"}, "foox"));  // `^` is not quoted
  EXPECT_TRUE(ignores({"^foo"}, "^foo"));
  EXPECT_TRUE(ignores({"**foo"}, "xfoo"));
  EXPECT_FALSE(ignores({"**foo*"}, "xfoo"));
  EXPECT_TRUE(ignores({"a?c"},
                      "a\xE2\x98\xBA"
                      "c"));
}

TEST(Ignore, BadPatternsAreNamed) {
  EXPECT_THAT(error_of({"ok", "a[b"}), HasSubstr("`a[b`"));
  EXPECT_THAT(error_of({"[z-a]"}), HasSubstr("runs backwards"));
  EXPECT_THAT(error_of({"!"}), HasSubstr("nothing behind"));
  EXPECT_THAT(error_of({"!/"}), HasSubstr("nothing behind"));
  EXPECT_THAT(error_of({"a\\"}), HasSubstr("`a\\`"));
  EXPECT_THAT(error_of({"\\q*"}), HasSubstr("no escape"));
  EXPECT_FALSE(IgnoreMatcher::matches("[", "a").ok());
  EXPECT_TRUE(*IgnoreMatcher::matches("a/*", "a/b/c"));
  EXPECT_FALSE(*IgnoreMatcher::matches("a/*", "a"));
}

TEST(Ignore, HostilePatternsTakeLittleTime) {
  std::string stars;
  std::string folders;
  for (int i = 0; i < 500; ++i) {
    stars += "*a";
    folders += "**/";
  }
  std::string path(4000, 'a');
  std::string deep;
  for (int i = 0; i < 2000; ++i) deep += "a/";
  auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(*IgnoreMatcher::matches(stars + "?b?", path));
  Result<GlobPattern> pattern = GlobPattern::compile(folders + "*b?");
  ASSERT_TRUE(pattern.ok());
  EXPECT_FALSE(pattern->matches(deep + "a"));
  EXPECT_FALSE(glob_matches(stars + "?b?", path));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

// Of Go's documentation of filepath.Match.
TEST(Glob, OneSegment) {
  EXPECT_TRUE(glob_matches("a*/b", "abc/b"));
  EXPECT_FALSE(glob_matches("a*/b", "a/c/b"));
  EXPECT_TRUE(glob_matches("a*b*c*d*e*/f", "axbxcxdxe/f"));
  EXPECT_FALSE(glob_matches("a*b*c*d*e*/f", "axbxcxdxexxx/fff"));
  EXPECT_TRUE(glob_matches("a*b?c*x", "abxbbxdbxebxczzx"));
  EXPECT_FALSE(glob_matches("a*b?c*x", "abxbbxdbxebxczzy"));
  EXPECT_FALSE(glob_matches("a?b", "a/b"));
  EXPECT_FALSE(glob_matches("a*b", "a/b"));
  EXPECT_TRUE(glob_matches("[\\]a]", "]"));
  EXPECT_FALSE(glob_matches("[]a]", "]"));
  EXPECT_TRUE(glob_matches("*x", "xxx"));
  EXPECT_TRUE(glob_matches("**", "ab"));
  EXPECT_FALSE(glob_matches("**", "a/b"));
}

}  // namespace
}  // namespace whittle
