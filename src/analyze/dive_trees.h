// Inside of analyze: trees as dive keeps them, over the numbers of a PathIndex: that of one layer,
// and the layers laid over each other dive's way.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "analyze/path_index.h"
#include "model/layer_index.h"

namespace whittle {

// Go's addition: a sum that does not fit wraps.
inline int64_t add_wrapping(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

// What dive keeps of a tar header; all zero for a folder that no entry names.
struct DivePayload {
  int64_t bytes = 0;
  bool is_folder = false;
};

// A node whose name begins with ".wh.": the path it stands for, and whether it comes before or
// after that path in dive's walk.
struct DiveWhiteout {
  uint32_t path = 0;
  int64_t bytes = 0;      // that its header states
  bool is_leaf = true;    // false: a folder of that name
  bool is_first = false;  // ".wh.x" sorts before "x"
};

class DiveLayerTree {
 public:
  explicit DiveLayerTree(const PathIndex& paths)
      : paths_(paths), entries_(paths.size(), kNoEntry), parent_in_(paths.size()) {}

  // Forgets the layer before. Layers are loaded once each, the lowest first, and are fewer than
  // 65535.
  void load(size_t layer);

  // Calls `each` with every path but whiteouts, once.
  template <typename Each>
  void for_paths(Each each) const {
    for (uint32_t path : implied_) each(path);
    for (uint32_t entry = first_; entry < end_; ++entry) {
      uint32_t path = paths_.of(layer_, entry - first_);
      if (entries_[path] == entry) each(path);
    }
  }

  const std::vector<DiveWhiteout>& whiteouts() const { return whiteouts_; }

  bool is_leaf(uint32_t path) const { return parent_in_[path] != stamp_; }

  bool holds(uint32_t path) const {
    return path != PathIndex::kRoot && (has_entry(path) || !is_leaf(path));
  }

  DivePayload payload(uint32_t path) const;

  // Of PathIndex: what a path that the layer holds has its payload from; kNoEntry for none.
  uint32_t entry(uint32_t path) const { return has_entry(path) ? entries_[path] : kNoEntry; }

  static constexpr uint32_t kNoEntry = UINT32_MAX;

 private:
  bool has_entry(uint32_t path) const { return entries_[path] >= first_ && entries_[path] < end_; }

  void hold_parents(uint32_t path);
  void add_whiteout(uint32_t path, int64_t bytes, bool is_leaf);
  void find_whiteout_folders();

  const PathIndex& paths_;
  size_t layer_ = 0;
  uint32_t first_ = 0;  // numbers of its entries
  uint32_t end_ = 0;
  // Small, for there is one of each for every path of the image.
  std::vector<uint32_t> entries_;    // [path]: the last entry of the newest layer that has one
  std::vector<uint16_t> parent_in_;  // [path]: stamp of the newest layer where it has children
  std::vector<uint32_t> implied_;    // folders that no entry of the layer names
  std::vector<DiveWhiteout> whiteouts_;
  std::unordered_map<uint32_t, size_t> whiteout_at_;  // by path
  uint16_t stamp_ = 0;
};

class DiveStack {
 public:
  explicit DiveStack(const PathIndex& paths) : paths_(paths) {}

  // Begins with a copy of the lowest layer, nothing applied.
  void begin(const DiveLayerTree& lowest);
  void lay(const DiveLayerTree& upper);

  bool holds(uint32_t path) const { return !nodes_.empty() && nodes_[path].entry != kDead; }

  bool is_folder(uint32_t path) const;

  // Of each path its own bytes and those of all below it. Asked for together, the paths of one
  // folder in another cost no more than that folder.
  std::vector<int64_t> bytes_below(const std::vector<uint32_t>& paths) const;

 private:
  // Instead of an entry's number.
  static constexpr uint32_t kBare = DiveLayerTree::kNoEntry;  // alive, all of its payload zero
  static constexpr uint32_t kDead = kBare - 1;

  // 12 bytes: there is one for every path of the image. The dead stay in their folder's list as
  // long as it lives.
  struct Node {
    uint32_t entry = kDead;
    uint32_t first_child = PathIndex::kNone;
    uint32_t next = kUnlinked;
  };

  static constexpr uint32_t kUnlinked = PathIndex::kNone - 1;

  void add(uint32_t path, uint32_t entry);
  void bring_to_life(uint32_t path);
  void remove(uint32_t path);
  int64_t own_bytes(uint32_t path) const;
  int64_t sum_below(uint32_t top, const std::unordered_map<uint32_t, int64_t>& known) const;

  const PathIndex& paths_;
  std::vector<Node> nodes_;
  std::unordered_map<uint32_t, int64_t> lowest_whiteouts_;  // bytes by folder
  std::vector<uint32_t> pending_;
};

// What dive keeps of an entry's header.
DivePayload payload_of(const PathIndex& paths, uint32_t entry);

}  // namespace whittle
