#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "support/image_builder.h"

namespace whittle {
namespace {

using test::image_of;
using test::paths_of;
using test::read_and_merge;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> paths(std::string_view text) {
  auto merged = read_and_merge(text);
  if (!merged.ok()) return {"error: " + merged.error().message()};
  return paths_of((*merged)->tree);
}

std::string error(std::string_view text) {
  auto merged = read_and_merge(text);
  return merged.ok() ? "" : merged.error().message();
}

uint64_t hidden(std::string_view text) {
  auto merged = read_and_merge(text);
  EXPECT_TRUE(merged.ok());
  return merged.ok() ? (*merged)->tree.hidden_bytes() : 0;
}

TEST(Merge, SortsSiblingsByBytesAndMarksFoldersNobodyNamed) {
  EXPECT_THAT(paths("layer\nfile b\nfile a/z\nfile a.x\ndir c\nfile B"),
              ElementsAre("B", "a/?", "a/z", "a.x", "b", "c/"));
}

TEST(Merge, WhiteoutsActOnLowerLayersWhateverTheOrder) {
  EXPECT_THAT(
      paths("layer\nfile a size=10\nfile d/x\nlayer\nwhiteout a\nfile a text=new\nwhiteout d"),
      ElementsAre("a"));
  EXPECT_THAT(paths("layer\nfile a size=10\nlayer\nfile a text=new\nwhiteout a"), ElementsAre("a"));
  EXPECT_EQ(hidden("layer\nfile a size=10\nlayer\nfile a text=new\nwhiteout a"), 10U);
  EXPECT_THAT(paths("layer\nfile a\nlayer\nwhiteout never/was\nwhiteout nor/this"),
              ElementsAre("a"));
}

TEST(Merge, OpaqueFoldersHideLowerContentOnly) {
  const char* text =
      "layer\nfile d/old size=7\nfile d/s/old size=5\nfile e\nlayer\nfile d/before\nopaque d\nfile "
      "d/after";
  EXPECT_THAT(paths(text), ElementsAre("d/?", "d/after", "d/before", "e"));
  EXPECT_EQ(hidden(text), 12U);
  EXPECT_THAT(paths("layer\nfile a\ndir d\nlayer\nopaque .\nfile only"), ElementsAre("only"));
}

TEST(Merge, OpaqueFolderInPlaceOfALinkSparesWhatTheLinkLedTo) {
  const char* text = "layer\nfile real/kept\nsymlink d -> real\nlayer\nopaque d\ndir d\nfile d/new";
  EXPECT_THAT(paths(text), ElementsAre("d/", "d/new", "real/?", "real/kept"));
}

TEST(Merge, FolderOverFolderChangesAttributesOnly) {
  auto merged = read_and_merge("layer\ndir d mode=0755\nfile d/f\nlayer\ndir d mode=0700");
  ASSERT_TRUE(merged.ok());
  const MergedTree& tree = (*merged)->tree;
  EXPECT_THAT(paths_of(tree), ElementsAre("d/", "d/f"));
  const TreeNode& node = tree.nodes[static_cast<uint32_t>(tree.find("d"))];
  EXPECT_EQ(node.entry.layer, 1U);
  EXPECT_EQ(tree.loss[0][0], Loss::Replaced);
  EXPECT_EQ(tree.killer[0][0], 1U);
}

TEST(Merge, OtherTypesAreUnlinkedAndMadeAnew) {
  EXPECT_THAT(paths("layer\nfile a/f size=2\nfile b size=4\nlayer\nfile a\ndir b\nfile b/x"),
              ElementsAre("a", "b/", "b/x"));
  EXPECT_EQ(hidden("layer\nfile a/f size=2\nfile b size=4\nlayer\nfile a\ndir b\nfile b/x"), 6U);
}

TEST(Merge, TellsWhoEndedAFileAndHow) {
  auto merged = read_and_merge(
      "layer\nfile gone\nfile over\nfile kept\nfile twice\nfile twice "
      "text=x\nlayer\nlayer\nwhiteout gone\nfile over");
  ASSERT_TRUE(merged.ok());
  const MergedTree& tree = (*merged)->tree;
  EXPECT_THAT(tree.loss[0],
              ElementsAre(Loss::Deleted, Loss::Replaced, Loss::Kept, Loss::Shadowed, Loss::Kept));
  EXPECT_EQ(tree.killer[0][0], 2U);
  EXPECT_EQ(tree.killer[0][1], 2U);
  EXPECT_EQ(tree.killer[0][3], 0U);
  EXPECT_TRUE((*merged)->layers[0].index.entries[3].is_shadowed);
  EXPECT_FALSE((*merged)->layers[0].index.entries[4].is_shadowed);
}

TEST(Merge, ContentLivesAsLongAsOneOfItsNames) {
  const std::string base = "layer\nfile one size=10\nhardlink two -> one\nhardlink three -> two\n";
  EXPECT_EQ(hidden(base + "layer\nwhiteout one"), 0U);
  EXPECT_EQ(hidden(base + "layer\nwhiteout one\nfile two"), 0U);
  EXPECT_EQ(hidden(base + "layer\nwhiteout one\nfile two\nlayer\nwhiteout three"), 10U);
  auto merged = read_and_merge(base + "layer\nwhiteout one");
  ASSERT_TRUE(merged.ok());
  EXPECT_EQ((*merged)->tree.file_count(), 2U);
  EXPECT_EQ((*merged)->tree.content_bytes(), 10U);
  EXPECT_EQ((*merged)->tree.content((*merged)->tree.find("three")), (EntryRef{0, EntryId{0}}));
}

TEST(Merge, HardLinksReachLowerLayersAndLinks) {
  EXPECT_THAT(paths("layer\nfile a size=3\nlayer\nhardlink b -> a"), ElementsAre("a", "b"));
  EXPECT_THAT(paths("layer\nsymlink s -> nowhere\nhardlink t -> s"), ElementsAre("s", "t"));
  EXPECT_THAT(error("layer\nhardlink b -> a"),
              HasSubstr("`b` is a hard link to `a`, which is not there"));
  EXPECT_THAT(error("layer\ndir a\nhardlink b -> a"), HasSubstr("to a folder"));
  EXPECT_THAT(error("layer\nfile a\nlayer\nhardlink a -> a"), HasSubstr("to itself"));
  EXPECT_THAT(error("layer\nfile d/a\nlayer\nhardlink d -> d/a"),
              HasSubstr("replaces what it is a hard link to"));
}

TEST(Merge, GoesThroughLinkedFoldersInsideTheRoot) {
  EXPECT_THAT(paths("layer\ndir usr/lib\nsymlink lib -> usr/lib\nlayer\nfile lib/x"),
              ElementsAre("lib", "usr/?", "usr/lib/", "usr/lib/x"));
  EXPECT_THAT(paths("layer\nsymlink up -> ../../../etc\nlayer\nfile up/x"),
              ElementsAre("etc/?", "etc/x", "up"));
  EXPECT_THAT(error("layer\nsymlink x -> y\nsymlink y -> x\nfile x/f"), HasSubstr("cycle"));
  EXPECT_THAT(error("layer\nfile a\nfile a/b"), HasSubstr("not a folder"));
}

TEST(Merge, RefusesPathsThatLeaveTheRoot) {
  EXPECT_THAT(error("layer\nfile ../a"), HasSubstr("leaves the root"));
  EXPECT_THAT(error("layer\nfile a/../b"), HasSubstr("leaves the root"));
  EXPECT_THAT(error("layer\nfile a/.wh."), HasSubstr("whiteout of nothing"));
  EXPECT_THAT(paths("layer\nfile ./a\nfile /b\nfile c//d\nfile .wh..wh.plnk/1.2"),
              ElementsAre("a", "b", "c/?", "c/d"));
}

TEST(Merge, FindsByPathWithoutFollowingLinks) {
  auto merged = read_and_merge("layer\nfile a/b/c\nsymlink l -> a");
  ASSERT_TRUE(merged.ok());
  const MergedTree& tree = (*merged)->tree;
  EXPECT_EQ(tree.path(tree.find("a/b/c")), "a/b/c");
  EXPECT_EQ(tree.find(""), NodeId{0});
  EXPECT_EQ(tree.find("l/b"), kNoNode);
  EXPECT_EQ(tree.find("a/b/d"), kNoNode);
}

// The oracle: the same rules over a map of path texts, without any of the merger's structures.
class ReplayModel {
 public:
  struct Node {
    char kind = 'd';
    int inode = -1;  // layer * 1000 + entry, of files and links
    std::string target;
  };

  bool apply(const LayerIndex& layer, int number) {
    std::set<std::string> own;
    for (const Entry& entry : layer.entries) {
      if (entry.role == EntryRole::Normal) own.insert(std::string(layer.path(entry)));
    }
    for (const Entry& entry : layer.entries) {
      if (entry.role == EntryRole::Normal) continue;
      std::string path(layer.path(entry));
      std::string folder = entry.role == EntryRole::Opaque ? path : parent(path);
      std::optional<std::string> real = resolve(folder, &own, 0);
      if (!real || !tree.contains(*real) || tree[*real].kind != 'd') continue;
      if (entry.role == EntryRole::Opaque) drop_below(*real);
      if (entry.role == EntryRole::Whiteout) drop(join(*real, name(path)));
    }
    for (size_t i = 0; i < layer.entries.size(); ++i) {
      const Entry& entry = layer.entries[i];
      if (entry.role != EntryRole::Normal) continue;
      if (!add(layer, entry, number * 1000 + static_cast<int>(i))) return false;
    }
    return true;
  }

  std::map<std::string, Node> tree = {{"", {}}};

 private:
  static std::string parent(const std::string& path) {
    size_t slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
  }

  static std::string name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

  static std::string join(const std::string& a, const std::string& b) {
    return a.empty() ? b : a + "/" + b;
  }

  void drop_below(const std::string& path) {
    std::string prefix = path.empty() ? "" : path + "/";
    for (auto it = tree.begin(); it != tree.end();) {
      bool below = !it->first.empty() && it->first != path && it->first.starts_with(prefix);
      it = below ? tree.erase(it) : std::next(it);
    }
  }

  void drop(const std::string& path) {
    drop_below(path);
    tree.erase(path);
  }

  // The path without links; what is missing is taken for a folder to be made. nullopt: a cycle,
  // below a file, or, for a whiteout, behind a link that its own layer replaces.
  std::optional<std::string> resolve(const std::string& path,
                                     const std::set<std::string>* own,
                                     int hops) {
    std::string here;
    std::string lexical;
    for (std::string_view part : split(path, '/')) {
      if (part.empty() || part == ".") continue;
      if (part == "..") {
        here = parent(here);
        continue;
      }
      lexical = join(lexical, std::string(part));
      std::string next = join(here, std::string(part));
      auto found = tree.find(next);
      if (found != tree.end() && found->second.kind == 'l') {
        if (own != nullptr && own->contains(lexical)) return std::nullopt;
        if (++budget_ > 2000 || hops > 40) return std::nullopt;
        std::string target = found->second.target;
        std::string absolute = target.starts_with('/') ? target : here + "/" + target;
        std::optional<std::string> real = resolve(absolute, nullptr, hops + 1);
        if (!real) return std::nullopt;
        next = *real;
        found = tree.find(next);
      }
      if (found != tree.end() && found->second.kind != 'd') return std::nullopt;
      here = next;
    }
    return here;
  }

  void make_folders(const std::string& path) {
    for (std::string at = path; !at.empty(); at = parent(at)) tree.try_emplace(at);
  }

  bool add(const LayerIndex& layer, const Entry& entry, int inode) {
    std::string path(layer.path(entry));
    budget_ = 0;
    std::optional<std::string> folder = resolve(parent(path), nullptr, 0);
    if (!folder) return false;
    make_folders(*folder);
    std::string real = join(*folder, name(path));
    Node node;
    if (entry.type == EntryType::File) node = {'f', inode, ""};
    if (entry.type == EntryType::Symlink)
      node = {'l', inode, std::string(layer.link_target(entry))};
    if (entry.type == EntryType::Hardlink) {
      std::string target(layer.link_target(entry));
      std::optional<std::string> target_folder = resolve(parent(target), nullptr, 0);
      if (!target_folder) return false;
      std::string target_path = join(*target_folder, name(target));
      auto found = tree.find(target_path);
      if (found == tree.end() || found->second.kind == 'd' || target_path == real ||
          target_path.starts_with(real + "/"))
        return false;
      node = found->second;
    }
    auto old = tree.find(real);
    bool stays = old != tree.end() && old->second.kind == 'd' && node.kind == 'd';
    if (!stays) drop(real);
    tree[real] = node;
    return true;
  }

  int budget_ = 0;
};

std::string random_path(std::mt19937& random) {
  std::string path;
  size_t depth = 1 + random() % 3;
  for (size_t i = 0; i < depth; ++i)
    path += (i > 0 ? "/" : "") + std::string(1, static_cast<char>('a' + random() % 3));
  return path;
}

std::string random_image(std::mt19937& random) {
  std::string text;
  size_t layers = 1 + random() % 4;
  for (size_t layer = 0; layer < layers; ++layer) {
    text += "layer\n";
    size_t entries = random() % 8;
    for (size_t i = 0; i < entries; ++i) {
      std::string path = random_path(random);
      switch (random() % 10) {
        case 0:
          text += "whiteout " + path + "\n";
          break;
        case 1:
          text += "opaque " + path + "\n";
          break;
        case 2:
          text += "symlink " + path + " -> " + (random() % 2 == 0 ? "/" : "../") +
                  random_path(random) + "\n";
          break;
        case 3:
          text += "hardlink " + path + " -> " + random_path(random) + "\n";
          break;
        case 4:
        case 5:
          text += "dir " + path + "\n";
          break;
        default:
          text += "file " + path + " size=" + std::to_string(1 + random() % 100) + "\n";
          break;
      }
    }
  }
  return text;
}

// What the merger found, in the model's terms.
std::map<std::string, std::pair<char, int>> flatten(const MergedTree& tree) {
  std::map<std::string, std::pair<char, int>> flat;
  for (uint32_t i = 0; i < tree.nodes.size(); ++i) {
    const TreeNode& node = tree.nodes[i];
    std::pair<char, int> what = {'d', -1};
    if (!node.is_implied) {
      EntryRef content = tree.content(node);
      const Entry& entry = tree.layers[content.layer]->at(content.entry);
      int inode = static_cast<int>(content.layer * 1000 + static_cast<uint32_t>(content.entry));
      if (entry.type == EntryType::File) what = {'f', inode};
      if (entry.type == EntryType::Symlink) what = {'l', inode};
    }
    flat[tree.path(NodeId{i})] = what;
  }
  return flat;
}

TEST(Merge, AgreesWithReplayOnRandomLayers) {
  std::mt19937 random(20240607);
  int accepted = 0;
  int refused = 0;
  for (int round = 0; round < 6000; ++round) {
    std::string text = random_image(random);
    SCOPED_TRACE(text);
    auto image = image_of(text);
    auto layers = read_layers(*image, test::read_options());
    ASSERT_TRUE(layers.ok()) << layers.error().message();
    ReplayModel model;
    bool is_fine = true;
    std::vector<const LayerIndex*> indexes;
    std::map<int, uint64_t> sizes;
    for (size_t i = 0; i < layers->size(); ++i) {
      const LayerIndex& index = (*layers)[i].index;
      indexes.push_back(&index);
      is_fine = is_fine && model.apply(index, static_cast<int>(i));
      for (size_t k = 0; k < index.entries.size(); ++k)
        sizes[static_cast<int>(i * 1000 + k)] = index.entries[k].size_bytes;
    }
    auto tree = merge_layers(indexes);
    ASSERT_EQ(tree.ok(), is_fine) << (tree.ok() ? "" : tree.error().message());
    ++(is_fine ? accepted : refused);
    if (!is_fine) continue;
    std::map<std::string, std::pair<char, int>> expected;
    std::set<int> alive;
    uint64_t files = 0;
    for (const auto& [path, node] : model.tree) {
      expected[path] = {node.kind, node.inode};
      if (node.kind == 'f') alive.insert(node.inode), ++files;
    }
    uint64_t kept = 0;
    uint64_t all = 0;
    for (int inode : alive) kept += sizes[inode];
    for (const auto& [inode, size] : sizes) all += size;
    ASSERT_EQ(flatten(*tree), expected);
    ASSERT_EQ(tree->file_count(), files);
    ASSERT_EQ(tree->content_bytes(), kept);
    ASSERT_EQ(tree->hidden_bytes(), all - kept);
  }
  EXPECT_GT(accepted, 1000);
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace whittle
