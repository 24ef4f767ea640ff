// Inside of analyze: every path that the layers name, once, as a tree of numbers. Paths are taken
// as written; where links lead is the merged tree's business.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/name_table.h"
#include "base/result.h"
#include "model/tree.h"

namespace whittle {

// Refers to the indexes it was made from: they must outlive it. About 12 bytes a path.
class PathIndex {
 public:
  static constexpr uint32_t kRoot = 0;
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr uint32_t kMaxEntries = (1U << 31) - 2;  // of all layers

  // Error: Limit for more paths than an image may have.
  static Result<PathIndex> make(const std::vector<const LayerIndex*>& layers);

  // Number of paths, folders that no entry names too. A parent's number is below its children's.
  size_t size() const { return nodes_.size(); }

  std::string_view path(uint32_t id) const;
  std::string_view name(uint32_t id) const;

  uint32_t parent(uint32_t id) const { return nodes_[id].parent; }

  // Of every entry, also whiteouts (the path they remove) and opaque markers (their folder).
  uint32_t of(size_t layer, size_t entry) const { return ids_[layer][entry]; }

  // Only where there are hard links or names that begin with ".wh.": nobody else looks for paths,
  // and what it takes to find them is let go.
  uint32_t find(std::string_view path) const;

  // Whether any name begins with ".wh.", as written: whiteouts are under the name they remove.
  bool has_whiteout_names() const { return has_whiteout_names_; }

  bool has_hard_links() const { return has_hard_links_; }

  // Entries of all layers, numbered through.
  const std::vector<const LayerIndex*>& layers() const { return layers_; }

  uint32_t first_entry(size_t layer) const { return first_entries_[layer]; }

  EntryRef entry(uint32_t number) const;

 private:
  // The path is that of an entry, or of a folder that only paths below it name: kImplied and a
  // place in implied_.
  struct Node {
    uint32_t entry = 0;
    uint32_t parent = 0;
  };

  static constexpr uint32_t kImplied = 1U << 31;

  // A path whose folder has a number.
  struct Wanted {
    std::string_view path;
    std::string_view name;
    uint32_t entry = 0;
    uint32_t folder = 0;
    uint64_t hash = 0;  // of the name in its folder
  };

  // A folder of the path that came last, and where it ends there.
  struct Step {
    size_t end;
    uint32_t id;
  };

  explicit PathIndex(const std::vector<const LayerIndex*>& layers, size_t entries);

  NameTable::Place place_of(uint32_t folder, std::string_view name, uint64_t hash) const;
  void intern_all(size_t layer);
  Wanted want(uint32_t entry, std::string_view path);
  uint32_t intern_folder(std::string_view folder);
  uint32_t child(const Wanted& wanted);

  std::vector<const LayerIndex*> layers_;
  std::vector<uint32_t> first_entries_;  // by layer
  std::vector<Node> nodes_;
  std::vector<std::string_view> implied_;
  NameTable table_;
  std::vector<std::vector<uint32_t>> ids_;
  std::string_view last_folder_;
  std::vector<Step> steps_;  // of last_folder_, the topmost first
  bool has_whiteout_names_ = false;
  bool has_hard_links_ = false;
};

}  // namespace whittle
