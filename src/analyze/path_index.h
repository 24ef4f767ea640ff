// Inside of analyze: every path that the layers name, once, as a tree of numbers. Paths are taken
// as written; where links lead is the merged tree's business.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/layer_index.h"

namespace whittle {

// Refers to the names of the indexes it was made from: they must outlive it.
class PathIndex {
 public:
  static constexpr uint32_t kRoot = 0;
  static constexpr uint32_t kNone = UINT32_MAX;

  // Error: Limit for more paths than an image may have.
  static Result<PathIndex> make(const std::vector<const LayerIndex*>& layers);

  // Number of paths, folders that no entry names too. A parent's number is below its children's.
  size_t size() const { return nodes_.size(); }

  std::string_view path(uint32_t id) const { return nodes_[id].path; }

  std::string_view name(uint32_t id) const { return nodes_[id].path.substr(nodes_[id].name_begin); }

  uint32_t parent(uint32_t id) const { return nodes_[id].parent; }

  // Of every entry, also whiteouts (the path they remove) and opaque markers (their folder).
  uint32_t of(size_t layer, size_t entry) const { return ids_[layer][entry]; }

  uint32_t find(std::string_view path) const;

  // Whether any name begins with ".wh.", as written: whiteouts are under the name they remove.
  bool has_whiteout_names() const { return has_whiteout_names_; }

 private:
  struct Node {
    std::string_view path;
    uint32_t name_begin = 0;
    uint32_t parent = 0;
  };

  // The hash tells nearly all names apart without a look at their nodes.
  struct Slot {
    uint32_t hash = 0;
    uint32_t node = 0;  // + 1
  };

  // A path whose folder has a number.
  struct Wanted {
    std::string_view path;
    uint32_t name_begin = 0;
    uint32_t folder = 0;
    uint32_t hash = 0;  // of the name in its folder
  };

  // A folder of the path that came last, and where it ends there.
  struct Step {
    size_t end;
    uint32_t id;
  };

  PathIndex() : nodes_(1), table_(1024) {}

  // The hash as a part of the whole table.
  size_t first_slot(uint32_t hash) const {
    return static_cast<size_t>((uint64_t{hash} * table_.size()) >> 32);
  }

  size_t slot_of(uint32_t parent, std::string_view name, uint32_t hash) const;
  Status intern_all(const LayerIndex& layer, std::vector<uint32_t>& ids);
  Wanted want(std::string_view path);
  uint32_t intern_folder(std::string_view folder);
  uint32_t child(const Wanted& wanted);
  void grow();

  std::vector<Node> nodes_;
  std::vector<Slot> table_;  // open-addressed
  std::vector<std::vector<uint32_t>> ids_;
  std::string_view last_folder_;
  std::vector<Step> steps_;  // of last_folder_, the topmost first
  bool has_whiteout_names_ = false;
};

}  // namespace whittle
