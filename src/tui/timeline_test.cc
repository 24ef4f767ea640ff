#include "tui/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "tui/range_view.h"
#include "tui/tui_test_support.h"

namespace whittle::tui {
namespace {

using test::timeline_of;
using testing::ElementsAre;

// "path entry content" of everything that is there after a layer, by path.
std::vector<std::string> described(const Timeline& timeline, uint32_t layer) {
  std::vector<std::string> all;
  for (uint32_t i = 1; i < timeline.size(); ++i) {
    const Version* version = timeline.at(PathId{i}, layer);
    if (version == nullptr) continue;
    std::string text = timeline.path(PathId{i});
    if (version->state == Version::State::Implied) {
      text += " implied";
    } else {
      text += " " + std::to_string(version->entry.layer) + ":" +
              std::to_string(static_cast<uint32_t>(version->entry.entry)) + " " +
              std::to_string(version->content.layer) + ":" +
              std::to_string(static_cast<uint32_t>(version->content.entry));
    }
    all.push_back(std::move(text));
  }
  std::sort(all.begin(), all.end());
  return all;
}

// The same of a merged tree.
std::vector<std::string> described(const MergedTree& tree) {
  std::vector<std::string> all;
  for (uint32_t i = 1; i < tree.nodes.size(); ++i) {
    const TreeNode& node = tree.nodes[i];
    std::string text = tree.path(NodeId{i});
    if (node.is_implied) {
      text += " implied";
    } else {
      EntryRef content = tree.content(node);
      text += " " + std::to_string(node.entry.layer) + ":" +
              std::to_string(static_cast<uint32_t>(node.entry.entry)) + " " +
              std::to_string(content.layer) + ":" +
              std::to_string(static_cast<uint32_t>(content.entry));
    }
    all.push_back(std::move(text));
  }
  std::sort(all.begin(), all.end());
  return all;
}

// Lines of layers of a few names that get in each other's way.
class RandomLayers {
 public:
  std::string text(size_t layers) {
    std::string text;
    for (size_t i = 0; i < layers; ++i) {
      text += "layer\n";
      for (size_t lines = below(9); lines > 0; --lines) text += line() + "\n";
    }
    return text;
  }

  size_t below(size_t limit) { return random_() % limit; }

 private:
  std::string path() {
    static const char* const kNames[] = {"a", "b", "c", ".d"};
    std::string path = kNames[below(4)];
    for (size_t depth = below(3); depth > 0; --depth) path += std::string("/") + kNames[below(4)];
    return path;
  }

  std::string line() {
    switch (below(10)) {
      case 0:
      case 1:
        return "dir " + path();
      case 2:
        return "symlink " + path() + " -> " + (below(2) == 0 ? "/" : "") + path();
      case 3:
        return "hardlink " + path() + " -> " + path();
      case 4:
      case 5:
        return "whiteout " + path();
      case 6:
        return "opaque " + path();
      default:
        return "file " + path() + " size=" + std::to_string(below(20));
    }
  }

  std::mt19937 random_{7};
};

Result<MergedTree> merged(const std::vector<std::shared_ptr<const LayerIndex>>& layers,
                          size_t count) {
  std::vector<const LayerIndex*> indexes;
  for (size_t i = 0; i < count; ++i) indexes.push_back(layers[i].get());
  return merge_layers(indexes);
}

// Two implementations of the same rules: whatever merge_layers takes, the timeline has after every
// layer. Images are any few of a heap of layers.
TEST(Timeline, AgreesWithMergedTreesOfRandomImages) {
  RandomLayers random;
  std::vector<std::shared_ptr<const LayerIndex>> heap =
      test::layers_of(*whittle::test::image_of(random.text(500)));
  ASSERT_EQ(heap.size(), 500U);
  size_t compared = 0;
  for (int image = 0; image < 4000; ++image) {
    std::vector<std::shared_ptr<const LayerIndex>> layers;
    for (size_t i = 1 + random.below(6); i > 0; --i) layers.push_back(heap[random.below(500)]);
    Timeline timeline;
    size_t taken = 0;
    while (taken < layers.size() && merged(layers, taken + 1).ok()) {
      timeline.add_layer(layers[taken++]);
    }
    // After the last one: what came later changes nothing of what was before.
    for (size_t i = 0; i < taken; ++i) {
      Result<MergedTree> tree = merged(layers, i + 1);
      ASSERT_EQ(described(timeline, static_cast<uint32_t>(i)), described(*tree)) << image;
      ++compared;
    }
  }
  EXPECT_GT(compared, 3000U);
}

TEST(Timeline, KnowsWhatAPathWas) {
  Timeline timeline = timeline_of(
      "layer\nfile etc/a size=10\nlayer\nfile etc/a size=20\nlayer\nwhiteout etc\nlayer\nfile "
      "etc/a size=5");
  PathId path = timeline.find("/etc/a");
  std::vector<Version> versions = timeline.versions(path);
  ASSERT_EQ(versions.size(), 4U);
  EXPECT_EQ(timeline.own_bytes(versions[0]), 10U);
  EXPECT_EQ(timeline.own_bytes(versions[1]), 20U);
  EXPECT_FALSE(versions[2].is_there());
  EXPECT_EQ(timeline.own_bytes(versions[3]), 5U);
  EXPECT_EQ(timeline.at(path, 2), nullptr);
  EXPECT_EQ(timeline.find("etc/none"), kNoPath);
}

std::map<std::string, std::string> changes(const Timeline& timeline, LayerRange range) {
  static const char* const kSigns[] = {"absent", "=", "~", "+", "-"};
  RangeView view = view_of_range(timeline, range);
  std::map<std::string, std::string> all;
  for (uint32_t i = 1; i < timeline.size(); ++i) {
    if (view.change[i] == Change::Absent) continue;
    all[timeline.path(PathId{i})] = kSigns[static_cast<size_t>(view.change[i])] + std::string(" ") +
                                    std::to_string(view.bytes[i]);
  }
  return all;
}

using Changes = std::map<std::string, std::string>;

const char* const kExample =
    "layer\nfile bin/sh size=100\nfile etc/a size=10\nfile etc/b size=20\n"
    "layer\nfile etc/a size=15\nfile opt/app size=50\n"
    "layer\nwhiteout etc/b\nwhiteout bin\nfile opt/more size=7 mode=0600\n";

TEST(RangeView, ShowsWhatOneLayerChanged) {
  Timeline timeline = timeline_of(kExample);
  EXPECT_EQ(changes(timeline, {0, 0}),
            (Changes{{"bin", "= 100"},
                     {"bin/sh", "= 100"},
                     {"etc", "= 30"},
                     {"etc/a", "= 10"},
                     {"etc/b", "= 20"}}));
  EXPECT_EQ(changes(timeline, {1, 1}),
            (Changes{{"bin", "= 100"},
                     {"bin/sh", "= 100"},
                     {"etc", "~ 35"},
                     {"etc/a", "~ 15"},
                     {"etc/b", "= 20"},
                     {"opt", "+ 50"},
                     {"opt/app", "+ 50"}}));
}

TEST(RangeView, ShowsWhatSeveralLayersChangedTogether) {
  Timeline timeline = timeline_of(kExample);
  Changes expected = {{"bin", "- 100"},
                      {"bin/sh", "- 100"},
                      {"etc", "~ 15"},
                      {"etc/a", "~ 15"},
                      {"etc/b", "- 20"},
                      {"opt", "+ 57"},
                      {"opt/app", "+ 50"},
                      {"opt/more", "+ 7"}};
  EXPECT_EQ(changes(timeline, {1, 2}), expected);
}

TEST(RangeView, ProvesEqualityOrSaysChanged) {
  // Compressed layers come with hashes, others without.
  for (const char* how : {"", " gzip"}) {
    std::string layer = std::string("layer") + how + "\n";
    Timeline timeline =
        timeline_of(layer +
                    "file a size=10\nfile b size=10\nfile c size=10\nsymlink s -> a\nsymlink t -> "
                    "a\ndir d\ndir e\n" +
                    layer +
                    "file a size=10\nfile b size=10 mode=0600\nfile c text=0123456789\nsymlink s "
                    "-> a\nsymlink t -> b\ndir d\ndir e mode=0700\n");
    bool has_hashes = timeline.layer(0).has_hashes;
    EXPECT_EQ(changes(timeline, {1, 1}),
              (Changes{{"a", has_hashes ? "= 10" : "~ 10"},
                       {"b", "~ 10"},
                       {"c", "~ 10"},
                       {"s", "= 0"},
                       {"t", "~ 0"},
                       {"d", "= 0"},
                       {"e", "~ 0"}}));
  }
}

TEST(RangeCache, RemembersAFew) {
  Timeline timeline = timeline_of(kExample);
  RangeCache cache(timeline);
  std::shared_ptr<const RangeView> first = cache.get({1, 2});
  EXPECT_EQ(cache.get({1, 2}), first);
  EXPECT_NE(cache.get({1, 1}), first);
  EXPECT_EQ(cache.get({1, 2}), first);
  cache.clear();
  EXPECT_NE(cache.get({1, 2}), first);
}

}  // namespace
}  // namespace whittle::tui
