#include "image/index_builder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace whittle {

namespace {

LayerIndex index_of(const std::vector<std::string>& paths) {
  IndexBuilder builder;
  for (const std::string& path : paths) {
    TarEntry entry;
    entry.path = path;
    entry.type = path.ends_with('/') ? TarType::Directory : TarType::File;
    EXPECT_TRUE(builder.add(entry).ok()) << path;
  }
  return builder.finish();
}

// By a map of all paths: which come again later.
std::vector<bool> shadowed_by_map(const std::vector<std::string>& paths) {
  std::map<std::string, size_t> last;
  auto clean = [](std::string path) {
    while (path.ends_with('/')) path.pop_back();
    return path;
  };
  for (size_t i = 0; i < paths.size(); ++i) last[clean(paths[i])] = i;
  std::vector<bool> shadowed;
  for (size_t i = 0; i < paths.size(); ++i) shadowed.push_back(last[clean(paths[i])] != i);
  return shadowed;
}

std::vector<bool> shadowed_of(const LayerIndex& index) {
  std::vector<bool> shadowed;
  for (const Entry& entry : index.entries) shadowed.push_back(entry.is_shadowed);
  return shadowed;
}

TEST(IndexBuilder, MarksPathsThatComeAgain) {
  const std::vector<std::vector<std::string>> cases = {
      {"a/", "a/x", "b/", "b/x", "a/y"},          // back in a folder, in order
      {"a/", "a/x", "b/", "b/x", "a/x"},          // the same name again
      {"a/", "a/y", "a/x", "b"},                  // no order, nothing twice
      {"a/", "a/y", "b", "a/x", "a/y"},           // no order, and twice
      {"./", "a/", "a/b/", "a/b/c", "a/", "./"},  // folders and the root again
      {"a", "a"},
  };
  for (const std::vector<std::string>& paths : cases) {
    LayerIndex index = index_of(paths);
    std::vector<bool> expected = shadowed_by_map(paths);
    EXPECT_EQ(shadowed_of(index), expected) << paths.back();
    EXPECT_EQ(index.has_shadowed,
              std::find(expected.begin(), expected.end(), true) != expected.end());
  }
}

// Of an entry "a/NAME": nothing if it is refused, or no part of the layer.
std::optional<std::pair<std::string, EntryRole>> indexed(std::string_view name, bool is_beside) {
  IndexBuilder builder;
  TarEntry entry;
  entry.path = is_beside ? "a/b" : "b/b";
  EXPECT_TRUE(builder.add(entry).ok());
  entry.path = "a/" + std::string(name);
  Result<Entry*> added = builder.add(entry);
  if (!added.ok() || *added == nullptr) return std::nullopt;
  EntryRole role = (*added)->role;
  return std::pair(std::string(builder.path(**added)), role);
}

TEST(IndexBuilder, OddNamesAreTheSameBesideTheLastEntry) {
  struct Row {
    std::string_view name;
    std::optional<std::pair<std::string, EntryRole>> expected;
  };

  using std::pair;
  const Row rows[] = {
      {"x", pair("a/x", EntryRole::Normal)},
      {"x/", pair("a/x", EntryRole::Normal)},
      {"./x", pair("a/x", EntryRole::Normal)},
      {"/x", pair("a/x", EntryRole::Normal)},
      {"x//y/./z", pair("a/x/y/z", EntryRole::Normal)},
      {".", pair("a", EntryRole::Normal)},
      {"", pair("a", EntryRole::Normal)},
      {"..", std::nullopt},
      {"../x", std::nullopt},
      {"...", pair("a/...", EntryRole::Normal)},
      {std::string_view("x\0y", 3), std::nullopt},
      {".wh.x", pair("a/x", EntryRole::Whiteout)},
      {".wh.", std::nullopt},
      {".wh..wh..opq", pair("a", EntryRole::Opaque)},
      {".wh..wh.plnk", std::nullopt},
      {".wh..wh.plnk/x", std::nullopt},
  };
  for (const Row& row : rows) {
    for (bool is_beside : {false, true})
      EXPECT_EQ(indexed(row.name, is_beside), row.expected) << row.name << is_beside;
  }
}

TEST(IndexBuilder, MarksPathsOfRandomLayers) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> paths;
    size_t names = 2 + random() % 60;
    for (size_t i = 0; i < 40; ++i) {
      std::string path =
          "d" + std::to_string(random() % 4) + "/f" + std::to_string(random() % names);
      paths.push_back(random() % 5 == 0 ? "d" + std::to_string(random() % 4) + "/" : path);
    }
    if (round % 3 == 0) std::sort(paths.begin(), paths.end());
    if (round % 3 == 1) {
      std::sort(paths.begin(), paths.end());
      paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
    }
    EXPECT_EQ(shadowed_of(index_of(paths)), shadowed_by_map(paths)) << "round " << round;
  }
}

}  // namespace

}  // namespace whittle
