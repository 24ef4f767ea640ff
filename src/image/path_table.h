// Inside of image: the entries of one layer by path.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/layer_index.h"

namespace whittle {

class PathTable {
 public:
  PathTable() = default;
  // Has room for all entries of the index, and holds none.
  explicit PathTable(const LayerIndex& index);

  // Puts an entry of the index under its path; false, and nothing is done, if one is there already.
  bool add(const LayerIndex& index, uint32_t entry);
  bool holds(const LayerIndex& index, std::string_view path) const;

  // add() in two steps, so that the memory that many entries need can be on its way at once.
  uint64_t prepare(const LayerIndex& index, uint32_t entry);
  bool add(const LayerIndex& index, uint32_t entry, uint64_t prepared);

 private:
  // Half a hash tells nearly all paths apart without a look at their names.
  struct Slot {
    uint32_t tag = 0;
    uint32_t entry = 0;  // + 1
  };

  size_t place_of(const LayerIndex& index, std::string_view path, uint64_t hash) const;

  std::vector<Slot> slots_;  // open-addressed, a power of two
  // Entries of one folder follow each other: its hash is made once.
  std::string_view last_folder_;
  uint64_t last_folder_hash_ = 0;
};

}  // namespace whittle
