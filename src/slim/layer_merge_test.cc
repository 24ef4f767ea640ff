// Several layers made one: held against the tree of the original, and read again as any image is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "slim/slim_test_support.h"

namespace whittle {
namespace {

using test::listing;
using test::Slimmed;
using testing::ElementsAre;

constexpr std::string_view kBase = R"(
layer
dir usr mode=0755
dir usr/bin
file usr/bin/tool mode=04755 uid=3 mtime=77 xattr=security.capability:abc size=900
file usr/bin/other size=5000
dir etc mode=0700
dir var
dir var/empty mode=0711
symlink bin -> usr/bin
char usr/null
layer gzip
dir usr/bin mode=0711 uid=9
file usr/bin/other size=70
)";

std::string over_base(std::string_view own) {
  return std::string(kBase) + std::string(own);
}

constexpr std::string_view kApp = R"(
layer
dir etc mode=0755
dir app mode=0700 uid=10 gid=20 mtime=5 xattr=user.note:x
file app/run size=300
hardlink app/run2 -> app/run
file usr/bin/mine size=4
layer
file app/run3 size=8
whiteout usr/null
)";

std::vector<EntryRole> roles(const MergedTree& tree) {
  std::vector<EntryRole> found;
  for (const LayerIndex* layer : tree.layers) {
    for (const Entry& entry : layer->entries) found.push_back(entry.role);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

size_t layers_in_history(const ImageInfo& info) {
  return static_cast<size_t>(std::count_if(
      info.config.history.begin(), info.config.history.end(), [](const HistoryEntry& entry) {
        return !entry.empty_layer;
      }));
}

// What `keep` gives, from as many layers as asked for.
void expect_same_tree(std::string_view text,
                      const std::vector<std::string>& needed,
                      const std::vector<uint32_t>& ends) {
  Slimmed apart(text);
  Slimmed merged(text);
  for (const std::string& path : needed) {
    apart.need(path);
    merged.need(path);
  }
  merged.group_ends = ends;
  auto expected = apart.make();
  auto after = merged.make();
  EXPECT_EQ(listing(after->tree), listing(expected->tree));
  EXPECT_EQ(after->tree.layers.size(), ends.size());
  EXPECT_EQ(after->tree.content_bytes(), expected->tree.content_bytes());
  EXPECT_EQ(after->tree.hidden_bytes(), 0U);
  EXPECT_THAT(roles(after->tree), ElementsAre(EntryRole::Normal));
  EXPECT_EQ(layers_in_history(merged.result.image->info()), ends.size());
}

TEST(LayerMergeTest, OneLayerHoldsTheMergedTree) {
  expect_same_tree(
      over_base(kApp), {"usr/bin/tool", "usr/bin/other", "app/run", "app/run2", "app/run3"}, {4});
  expect_same_tree(over_base(kApp), {"usr/bin/mine", "bin", "app/run"}, {4});
}

TEST(LayerMergeTest, BaseAndOwnLayersAreTwo) {
  expect_same_tree(over_base(kApp),
                   {"usr/bin/tool", "usr/bin/other", "app/run", "app/run2", "app/run3"},
                   {2, 4});
  expect_same_tree(over_base(kApp), {"usr/bin/mine", "var/empty", "usr/bin/tool"}, {2, 4});
}

TEST(LayerMergeTest, ImagesOnOneBaseShareItsLayer) {
  constexpr std::string_view kOther =
      "layer\ndir usr\ndir usr/lib\nfile usr/lib/x size=3\nfile etc/y size=1\nfile bin/z size=1\n";
  Slimmed one(over_base(kApp));
  Slimmed other(over_base(kOther));
  one.group_ends = {2, 4};
  other.group_ends = {2, 3};
  one.need("usr/bin/tool").need("app/run").make();
  other.need("usr/bin/tool").need("usr/lib/x").need("etc/y").make();
  const ImageInfo& first = one.result.image->info();
  const ImageInfo& second = other.result.image->info();
  ASSERT_EQ(first.layers.size(), 2U);
  ASSERT_EQ(second.layers.size(), 2U);
  EXPECT_EQ(first.layers[0].diff_id, second.layers[0].diff_id);
  EXPECT_NE(first.layers[1].diff_id, second.layers[1].diff_id);
}

constexpr std::string_view kLinks = R"(
layer
file a mode=0640 size=100
hardlink b -> a mode=0640
hardlink c -> a mode=0640
layer
whiteout a
file c size=7
)";

TEST(LayerMergeTest, ANameThatIsGoneGivesWayToOneThatStays) {
  for (const std::vector<uint32_t>& ends : {std::vector<uint32_t>{2}, std::vector<uint32_t>{1, 2}})
    expect_same_tree(kLinks, {"b", "c"}, ends);
}

TEST(LayerMergeTest, LinksStayLinks) {
  constexpr std::string_view kText =
      "layer\nfile x size=9\nlayer\nhardlink y -> x\nlayer\nhardlink a -> y\nsymlink s -> x\n"
      "hardlink t -> s\n";
  expect_same_tree(kText, {"a", "y", "x", "t", "s"}, {3});
  expect_same_tree(kText, {"a", "y", "x"}, {1, 3});
  Slimmed slim(kText);
  slim.group_ends = {3};
  auto after = slim.need("a").need("y").make(SlimPolicy::Tight);
  EXPECT_EQ(after->tree.content(after->tree.find("a")), after->tree.content(after->tree.find("y")));
}

TEST(LayerMergeTest, ALinkWhoseContentIsGoneBelowHasItsOwn) {
  constexpr std::string_view kText =
      "layer\nfile x size=9\nlayer\nhardlink y -> x\nlayer\nwhiteout x\n";
  Slimmed slim(kText);
  slim.group_ends = {1, 3};
  auto after = slim.need("y").make();
  EXPECT_THAT(test::paths_of(after->tree), ElementsAre("y"));
  EXPECT_EQ(after->tree.content_bytes(), 9U);
  EXPECT_EQ(after->tree.layers.size(), 1U);
}

TEST(LayerMergeTest, IsTheSameWhateverTheThreads) {
  Slimmed one(over_base(kApp));
  Slimmed many(over_base(kApp));
  one.group_ends = many.group_ends = {2, 4};
  one.need("app/run").make(SlimPolicy::Balanced, 1);
  many.need("app/run").make(SlimPolicy::Balanced, 4);
  EXPECT_EQ(one.result.image->info().config.raw_json, many.result.image->info().config.raw_json);
}

}  // namespace
}  // namespace whittle
