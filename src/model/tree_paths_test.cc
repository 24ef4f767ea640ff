// Paths, links and patterns on a tree laid out by hand; what they lead to is what the same calls do
// on Linux.
#include "model/tree_paths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Row {
  std::string_view path;
  EntryType type = EntryType::File;
  std::string_view target = {};
};

constexpr Row kRows[] = {
    // depth first, siblings by name
    {"app", EntryType::Directory},
    {"app/a.txt"},
    {"app/b.txt"},
    {"app/lib", EntryType::Directory},
    {"app/lib/c.txt"},
    {"away", EntryType::Symlink, "../../nowhere"},
    {"file"},
    {"lib", EntryType::Symlink, "usr/lib"},
    {"loop", EntryType::Symlink, "loop"},
    {"usr", EntryType::Directory},
    {"usr/lib", EntryType::Directory},
    {"usr/lib/x.so", EntryType::Symlink, "x.so.1"},
    {"usr/lib/x.so.1", EntryType::Symlink, "/lib/x.so.1.2"},
    {"usr/lib/x.so.1.2"},
};

class TreePathsTest : public testing::Test {
 protected:
  TreePathsTest() {
    tree_.nodes.resize(1);
    tree_.nodes[0].is_implied = true;
    for (const Row& row : kRows) add_entry(row);
    tree_.layers = {&layer_};
    for (uint32_t i = 0; i < std::size(kRows); ++i) add_node(i);
  }

  NameRef name(std::string_view text) {
    NameRef ref{static_cast<uint32_t>(layer_.names.size()), static_cast<uint32_t>(text.size())};
    layer_.names.append(text);
    return ref;
  }

  void add_entry(const Row& row) {
    Entry entry;
    entry.path = name(row.path);
    entry.type = row.type;
    if (!row.target.empty()) {
      EntryExtra extra;
      extra.link_target = name(row.target);
      layer_.extras.push_back(extra);
      entry.extra = static_cast<uint32_t>(layer_.extras.size());
    }
    entry.size_bytes = row.type == EntryType::File ? row.path.size() : 0;
    layer_.entries.push_back(entry);
  }

  void add_node(uint32_t entry) {
    std::string_view path = kRows[entry].path;
    size_t slash = path.rfind('/');
    NodeId parent{0};
    for (uint32_t i = 0; i < entry && slash != std::string_view::npos; ++i) {
      if (kRows[i].path == path.substr(0, slash)) parent = NodeId{i + 1};
    }
    TreeNode node;
    const Entry& from = layer_.entries[entry];
    size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
    node.name_begin = static_cast<uint32_t>(from.path.offset + begin);
    node.name_size = static_cast<uint16_t>(path.size() - begin);
    node.parent = parent;
    node.entry = {0, EntryId{entry}};
    NodeId id{static_cast<uint32_t>(tree_.nodes.size())};
    NodeId* last = &tree_.nodes[static_cast<uint32_t>(parent)].first_child;
    while (*last != kNoNode) last = &tree_.nodes[static_cast<uint32_t>(*last)].next_sibling;
    *last = id;
    tree_.nodes.push_back(node);
  }

  // "-" for nowhere, "/" for the root.
  std::string end_of(std::string_view path, std::string_view base = "") const {
    TreePaths paths(tree_);
    NodeId end = paths.resolve(path, tree_.find(base));
    return end == kNoNode ? "-" : end == kRootNode ? "/" : tree_.path(end);
  }

  std::vector<std::string> names(const std::vector<NodeId>& nodes) const {
    std::vector<std::string> out;
    for (NodeId node : nodes) out.push_back(tree_.path(node));
    return out;
  }

  LayerIndex layer_;
  MergedTree tree_;
};

TEST_F(TreePathsTest, GoesAsAProcessWould) {
  EXPECT_EQ(end_of("/"), "/");
  EXPECT_EQ(end_of("/app/./lib//c.txt"), "app/lib/c.txt");
  EXPECT_EQ(end_of("../../app/lib/.."), "app");
  EXPECT_EQ(end_of("c.txt", "app/lib"), "app/lib/c.txt");
  EXPECT_EQ(end_of("/file", "app/lib"), "file");
  EXPECT_EQ(end_of("nothing"), "-");
  EXPECT_EQ(end_of("nothing/../file"), "-");
}

TEST_F(TreePathsTest, GoesNowhereBehindAFile) {
  EXPECT_EQ(end_of("file/.."), "-");
  EXPECT_EQ(end_of("file/."), "-");
  EXPECT_EQ(end_of("/file/../app"), "-");
  EXPECT_EQ(end_of("/lib/x.so/../x.so.1"), "-");
}

TEST_F(TreePathsTest, FollowsLinksAndTellsThem) {
  TreePaths paths(tree_);
  PathWalk walk = paths.walk("/lib/x.so");
  EXPECT_EQ(tree_.path(walk.end), "usr/lib/x.so.1.2");
  EXPECT_THAT(names(walk.links), ElementsAre("lib", "usr/lib/x.so", "usr/lib/x.so.1", "lib"));
  walk = paths.walk("/lib/none");
  EXPECT_EQ(walk.end, kNoNode);
  EXPECT_THAT(names(walk.links), ElementsAre("lib"));
  EXPECT_EQ(end_of("loop"), "-");
  EXPECT_EQ(end_of("away"), "-");
  std::vector<NodeId> links;
  EXPECT_EQ(paths.resolve("/lib/none", kRootNode, &links), kNoNode);
  EXPECT_THAT(links, IsEmpty());
}

TEST_F(TreePathsTest, KnowsWhatNodesAre) {
  TreePaths paths(tree_);
  NodeId file = tree_.find("app/lib/c.txt");
  EXPECT_EQ(paths.size_of(file), std::string_view("app/lib/c.txt").size());
  EXPECT_EQ(paths.file(tree_.find("app")), nullptr);
  EXPECT_EQ(paths.entry(kRootNode), nullptr);
  EXPECT_TRUE(paths.is_folder(kRootNode));
  EXPECT_EQ(paths.link_target(tree_.find("lib")), "usr/lib");
  EXPECT_EQ(paths.link_target(file), "");
  EXPECT_TRUE(paths.is_below(file, tree_.find("app")));
  EXPECT_FALSE(paths.is_below(file, tree_.find("usr")));
  EXPECT_EQ(NodeId{paths.subtree_end(tree_.find("app"))}, tree_.find("away"));
  EXPECT_EQ(paths.subtree_end(tree_.find("usr/lib")), tree_.nodes.size());
}

TEST_F(TreePathsTest, ExpandsPatterns) {
  TreePaths paths(tree_);
  EXPECT_THAT(names(paths.expand("/app/*.txt", kRootNode)), ElementsAre("app/a.txt", "app/b.txt"));
  EXPECT_THAT(names(paths.expand("lib/x.so.*.?", kRootNode)), ElementsAre("usr/lib/x.so.1.2"));
  EXPECT_THAT(names(paths.expand("/app/**", kRootNode)),
              ElementsAre("app/a.txt", "app/b.txt", "app/lib", "app/lib/c.txt"));
  EXPECT_THAT(paths.expand("/app/*.txt", kRootNode, nullptr, 1).size(), 1U);
  EXPECT_EQ(tree_.path(paths.longest("/app/lib/c.txt: no such file")), "app/lib/c.txt");
  EXPECT_TRUE(matches_name("a?c*", "abcd"));
  EXPECT_FALSE(matches_name("a?c", "ac"));
}

TEST(TreePathsEdgeTest, AnEmptyTreeHasNoPaths) {
  MergedTree tree;
  TreePaths paths(tree);
  EXPECT_EQ(paths.resolve("/", kRootNode), kNoNode);
  EXPECT_THAT(paths.expand("*", kRootNode), IsEmpty());
}

}  // namespace
}  // namespace whittle
