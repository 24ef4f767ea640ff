// Keep sets, filtered layers and package databases on small images written as text; what must come
// out is written by hand or is the original's own tree.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slim/slim_test_support.h"

namespace whittle {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using test::listing;
using test::Slimmed;

constexpr std::string_view kShop = R"(
layer
dir usr mode=0755
dir usr/bin
file usr/bin/tool mode=04755 uid=3 mtime=77 size=900
file usr/bin/other size=5000
dir etc
file etc/secret text=x
symlink bin -> usr/bin
layer gzip
dir app mode=0700 uid=10 gid=20 mtime=5
file app/run size=300
hardlink app/run2 -> app/run
whiteout etc/secret
dir var
dir var/spool mode=01777
layer
file usr/bin/other size=7
)";

TEST(SlimTest, HoldsWhatIsNeededAndItsFoldersUntouched) {
  Slimmed slim(kShop);
  auto after = slim.need("usr/bin/tool").need("app/run2").make();
  EXPECT_THAT(test::paths_of(after->tree),
              ElementsAre("app/",
                          "app/run",
                          "app/run2",
                          "bin",
                          "etc/",
                          "usr/",
                          "usr/bin/",
                          "usr/bin/tool",
                          "var/",
                          "var/spool/"));
  std::vector<std::string> before = listing(slim.tree());
  for (const std::string& line : listing(after->tree)) EXPECT_THAT(before, Contains(line));
}

TEST(SlimTest, LeavesOutALayerOfWhichNothingStays) {
  Slimmed slim(kShop);
  slim.need("usr/bin/tool").make();
  const ImageInfo& info = slim.result.image->info();
  ASSERT_EQ(info.layers.size(), 2U);
  ASSERT_EQ(info.config.history.size(), 4U);
  EXPECT_FALSE(info.config.history[1].empty_layer);
  EXPECT_TRUE(info.config.history[2].empty_layer);
  EXPECT_EQ(info.config.history[3].comment, "test");
  EXPECT_EQ(info.config.run.env, std::vector<std::string>{"A=b"});
  EXPECT_EQ(info.config.run.labels.at("io.whittle.slim.policy"), "test");
}

TEST(SlimTest, ReusesALayerOfWhichAllStays) {
  Slimmed slim("layer gzip\nfile a size=10\nlayer\nfile b size=10\nfile c size=20\n");
  slim.need("a").need("b").make(SlimPolicy::Tight);
  EXPECT_EQ(slim.result.reused_layers, 1U);
  Slimmed again("layer gzip\nfile a size=10\nlayer\nfile b size=10\nfile c size=20\n");
  auto whole = again.make(SlimPolicy::Original);
  EXPECT_EQ(again.result.reused_layers, 2U);
  EXPECT_EQ(listing(whole->tree), listing(again.tree()));
}

TEST(SlimTest, KeepsTheHiddenContentOfAHardLink) {
  Slimmed slim(R"(
layer
dir a
file a/first size=100
layer
hardlink second -> a/first
layer
whiteout a/first
)");
  auto after = slim.need("second").make(SlimPolicy::Tight);
  EXPECT_THAT(test::paths_of(after->tree), ElementsAre("a/", "second"));
  NodeId node = after->tree.find("second");
  const Entry* file = TreePaths(after->tree).file(node);
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(file->size_bytes, 100U);
}

TEST(SlimTest, IsTheSameWhateverTheThreads) {
  Slimmed one(kShop);
  Slimmed many(kShop);
  one.need("app/run").make(SlimPolicy::Balanced, 1);
  many.need("app/run").make(SlimPolicy::Balanced, 4);
  EXPECT_EQ(one.result.image->info().config.raw_json, many.result.image->info().config.raw_json);
}

TEST(SlimTest, PoliciesAreCutsThroughTheTiers) {
  Slimmed slim("layer\nfile must size=1\nfile may size=1\nfile rest size=1\n");
  slim.need("must").need("may", NeedLevel::May);
  EXPECT_THAT(test::paths_of(slim.make(SlimPolicy::Tight)->tree), ElementsAre("must"));
  EXPECT_EQ(slim.why("may"), "dropped: no tier above `may`: asked for by the configuration");
  EXPECT_THAT(test::paths_of(slim.make(SlimPolicy::Balanced)->tree), ElementsAre("may", "must"));
  EXPECT_EQ(slim.why("must"), "kept: asked for by the configuration (must)");
  EXPECT_THAT(test::paths_of(slim.make(SlimPolicy::Package)->tree),
              ElementsAre("may", "must", "rest"));
}

TEST(SlimTest, WhatIsStartedAtSecondHandIsNoMay) {
  Slimmed slim(
      "layer\nfile app size=1\nfile tool size=1\nfile lib size=1\nfile editor size=1\nfile its "
      "size=1\n");
  slim.need("app").start("tool", "app").start("editor", "tool");
  slim.start("lib", "tool", NeedKind::Library).start("its", "editor", NeedKind::Library);
  EXPECT_THAT(test::paths_of(slim.make()->tree), ElementsAre("app", "lib", "tool"));
  EXPECT_EQ(slim.why("its"), "dropped: no tier above `package`: NEEDED by editor");
}

TEST(SlimTest, RulesWinOverReach) {
  Slimmed slim("layer\ndir d\nfile d/a size=1\nfile d/b size=1\nfile e size=1\nfile f size=1\n");
  slim.need("e").rules.include = {"/d/"};
  slim.rules.exclude = {"e", "d/b*"};
  EXPECT_THAT(test::paths_of(slim.make()->tree), ElementsAre("d/", "d/a"));
  EXPECT_EQ(slim.why("d/a"), "kept: asked for by the user (rule)");
  EXPECT_EQ(slim.why("e"), "dropped: the user leaves it out");
  EXPECT_EQ(slim.why("f"), "dropped: no tier above `package`: of no package");
}

TEST(SlimTest, FollowsLinksOfWhatStays) {
  Slimmed slim(
      "layer\ndir lib\nfile lib/x.so.1.2 size=9\nsymlink lib/x.so.1 -> x.so.1.2\n"
      "symlink lib/x.so -> x.so.1\nsymlink away -> ../../nowhere\nsymlink loop -> loop\n");
  EXPECT_THAT(test::paths_of(slim.need("lib/x.so").make(SlimPolicy::Tight)->tree),
              ElementsAre("lib/", "lib/x.so", "lib/x.so.1", "lib/x.so.1.2"));
}

TEST(SlimTest, RefusesPatternsThatAreNone) {
  KeepRules rules;
  EXPECT_TRUE(
      add_rule_lines("# a\n\n etc/** \n!etc/x\npackage: tzdata\nbinary:curl\n", "f", rules).ok());
  EXPECT_THAT(rules.include, ElementsAre("etc/**"));
  EXPECT_THAT(rules.exclude, ElementsAre("etc/x"));
  EXPECT_THAT(rules.packages, ElementsAre("tzdata"));
  EXPECT_THAT(rules.binaries, ElementsAre("curl"));
  Status wrong = add_rule_lines("a\n[\n", "keep", rules);
  ASSERT_FALSE(wrong.ok());
  EXPECT_THAT(wrong.error().message(), HasSubstr("keep:2"));
}

using Fate = SurvivorTest::Fate;

SurvivorTest only(std::string name, Fate fate, std::vector<std::string> paths) {
  SurvivorTest test;
  test.package = [name, fate](std::string_view asked, std::string_view) {
    return asked == name ? fate : Fate::Gone;
  };
  test.path = [paths](std::string_view path) {
    return std::find(paths.begin(), paths.end(), path) != paths.end();
  };
  test.has_same_bytes = [](std::string_view path) { return !path.ends_with(".edited"); };
  return test;
}

TEST(SlimDatabases, DpkgKeepsWhatSurvives) {
  constexpr std::string_view kStatus =
      "Package: a\nStatus: install ok installed\nArchitecture: amd64\nDescription: x\n y\n .\n "
      "z\n\n"
      "Package: b\nStatus: install ok installed\nArchitecture: all\n\n";
  EXPECT_EQ(filter_dpkg_status(kStatus, only("b", Fate::Whole, {})),
            "Package: b\nStatus: install ok installed\nArchitecture: all\n\n");
  EXPECT_EQ(filter_dpkg_status(kStatus, only("b", Fate::Partial, {})),
            "Package: b\nX-Whittle: partial\nStatus: install ok installed\nArchitecture: all\n\n");
  EXPECT_EQ(
      filter_dpkg_list("/.\n/usr\n/usr/a\n/usr/b\n", only("", Fate::Gone, {"/usr", "/usr/b"})),
      "/.\n/usr\n/usr/b\n");
  EXPECT_EQ(filter_dpkg_sums("00  usr/a\n11  usr/b c\n", only("", Fate::Gone, {"usr/b c"})),
            "11  usr/b c\n");
  EXPECT_EQ(filter_dpkg_sums("00  usr/a.edited\n11  usr/b\n",
                             only("", Fate::Gone, {"usr/a.edited", "usr/b"})),
            "11  usr/b\n");
  EXPECT_EQ(filter_dpkg_status("", only("a", Fate::Whole, {})), "");
}

TEST(SlimDatabases, ApkKeepsFoldersAndFilesThatSurvive) {
  constexpr std::string_view kInstalled =
      "C:Q1x=\nP:busybox\nV:1\nA:x86_64\nF:bin\nM:0:0:755\nR:busybox\na:0:0:755\nZ:Q1y=\nR:gone\n"
      "Z:Q1z=\nF:etc\nR:securetty\nZ:Q1w=\n\nP:musl\nA:x86_64\n\n";
  EXPECT_EQ(filter_apk_database(kInstalled, only("busybox", Fate::Partial, {"bin", "bin/busybox"})),
            "C:Q1x=\nP:busybox\nV:1\nA:x86_64\nF:bin\nM:0:0:755\nR:busybox\na:0:0:755\nZ:Q1y=\n\n");
  EXPECT_EQ(filter_apk_database("P:a\nF:bin\nR:x.edited\na:0:0:755\nZ:Q1y=\n\n",
                                only("a", Fate::Partial, {"bin", "bin/x.edited"})),
            "P:a\nF:bin\nR:x.edited\na:0:0:755\n\n");
  EXPECT_EQ(filter_apk_database(kInstalled, only("musl", Fate::Whole, {})), "P:musl\nA:x86_64\n\n");
}

TEST(SlimDepends, FollowsNamesAlternativesAndProvides) {
  PackageCatalog catalog;
  auto add = [&](std::string type, std::string name) {
    Package package;
    package.type = std::move(type);
    package.name = std::move(name);
    package.architecture = "amd64";
    catalog.packages.push_back(std::move(package));
  };
  add("deb", "app");
  add("deb", "libc6");
  add("deb", "mawk");
  add("apk", "tool");
  add("apk", "zlib");
  FileContents contents;
  contents["var/lib/dpkg/status"] =
      "Package: app\nArchitecture: amd64\nDepends: libc6:any (>= 2), gawk | awk\n\n"
      "Package: libc6\nArchitecture: amd64\n\nPackage: mawk\nArchitecture: amd64\nProvides: awk\n";
  contents["lib/apk/db/installed"] =
      "P:tool\nA:amd64\nD:so:libz.so.1 !zlib-ng missing>2\n\nP:zlib\nA:amd64\np:so:libz.so.1=1.3\n";
  EXPECT_THAT(package_dependencies(catalog, contents),
              ElementsAre(ElementsAre(1U, 2U), IsEmpty(), IsEmpty(), ElementsAre(4U), IsEmpty()));
}

}  // namespace
}  // namespace whittle
