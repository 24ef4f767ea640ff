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
  explicit DiveLayerTree(const PathIndex& paths) : paths_(paths), nodes_(paths.size()) {}

  // Forgets the layer before. Layers are loaded once each, and are fewer than 65535.
  void load(const LayerIndex& layer, size_t number);

  // All but whiteouts, each once, a folder before what it holds.
  const std::vector<uint32_t>& paths() const { return held_; }

  const std::vector<DiveWhiteout>& whiteouts() const { return whiteouts_; }

  bool is_leaf(uint32_t path) const { return nodes_[path].parent_in != stamp_; }

  bool holds(uint32_t path) const { return nodes_[path].held_in == stamp_; }

  DivePayload payload(uint32_t path) const { return {nodes_[path].bytes, nodes_[path].is_folder}; }

 private:
  // 16 bytes: there is one for every path of the image. Stamps are those of layers.
  struct Node {
    int64_t bytes = 0;
    uint16_t held_in = 0;    // the one that has it
    uint16_t parent_in = 0;  // the one where it has children
    bool is_folder = false;
  };

  void hold(uint32_t path);
  void hold_fresh(uint32_t path);
  void hold_parents(uint32_t path);
  void add_whiteout(uint32_t path, int64_t bytes, bool is_leaf);
  void find_whiteout_folders();

  const PathIndex& paths_;
  std::vector<Node> nodes_;
  std::vector<uint32_t> held_;
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

  bool holds(uint32_t path) const { return nodes_[path].is_alive; }

  bool is_folder(uint32_t path) const { return nodes_[path].payload.is_folder; }

  // Its own and of all below it.
  int64_t bytes_below(uint32_t path) const { return nodes_[path].sum; }

 private:
  struct Node {
    DivePayload payload;
    int64_t sum = 0;
    uint32_t first_child = PathIndex::kNone;
    uint32_t next = PathIndex::kNone;
    uint32_t previous = PathIndex::kNone;
    bool is_alive = false;
  };

  void add(uint32_t path, const DivePayload& payload);
  void bring_to_life(uint32_t path);
  void remove(uint32_t path);
  void change_sums(uint32_t path, int64_t by);

  const PathIndex& paths_;
  std::vector<Node> nodes_;
  std::vector<uint32_t> pending_;
};

}  // namespace whittle
