// All paths of an image in one table: those of the merged tree, and those of entries that did not
// survive. Cataloguers look up here what their databases name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/tree.h"

namespace whittle {

enum class PathId : uint32_t {};  // a node of the merged tree keeps its number
inline constexpr PathId kNoPath{UINT32_MAX};
inline constexpr PathId kRootPath{0};

// Refers to the tree's names. Look-ups are not thread-safe (links are remembered).
class OwnedPaths {
 public:
  // Holds the paths of the merged tree and of every other normal entry.
  explicit OwnedPaths(const MergedTree& tree);

  const MergedTree& tree() const { return tree_; }

  size_t size() const { return tree_.nodes.size() + lost_.size(); }

  // Of an entry; kNoPath for whiteouts.
  PathId of(EntryRef ref) const { return ids_[ref.layer][static_cast<uint32_t>(ref.entry)]; }

  PathId parent(PathId id) const;
  std::string_view name(PathId id) const;

  // False for a path that only lost entries have.
  bool is_in_tree(PathId id) const { return index(id) < tree_.nodes.size(); }

  // True if an entry that did not survive has this path.
  bool has_lost_entry(PathId id) const { return has_lost_[index(id)]; }

  // No link is followed; kNoPath if there is none of that name (or no folder: kNoPath).
  PathId child(PathId folder, std::string_view name) const;
  // The folder a path leads to from `base`, links followed, ".." understood; an absolute path
  // begins at the root.
  PathId find_folder(std::string_view path, PathId base = kRootPath);
  // The same for a file: links of its parent folders are followed, it itself is not.
  PathId find(std::string_view path, PathId base = kRootPath);

 private:
  struct Lost {
    PathId parent;
    std::string_view name;
  };

  struct Slot {
    uint32_t id = UINT32_MAX;
    uint32_t tag = 0;  // the hash's upper half
  };

  static uint32_t index(PathId id) { return static_cast<uint32_t>(id); }

  void add_tree();
  void add_lost_entries();
  PathId add(std::string_view path);
  PathId child_or_new(PathId parent, std::string_view name);
  void insert(PathId id);
  void grow();
  std::string_view link_target(PathId id) const;
  PathId follow(PathId link, int depth);
  PathId walk(std::string_view path, PathId from, int depth);

  const MergedTree& tree_;
  std::vector<Lost> lost_;
  std::vector<std::vector<PathId>> ids_;  // [layer][entry]
  std::vector<bool> has_lost_;
  std::vector<Slot> slots_;  // open-addressed, at most half full
  std::unordered_map<uint32_t, PathId> followed_;
  std::string last_folder_;
  PathId last_base_ = kNoPath;
  PathId last_id_ = kNoPath;
};

}  // namespace whittle
