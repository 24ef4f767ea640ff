// Inside of image: the entries of one layer by path, a word or two an entry.
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

  // The entry that was put under that path, or the place for one: entry + 1, 0 for none.
  uint32_t& slot(const LayerIndex& index, std::string_view path);

 private:
  std::vector<uint32_t> slots_;  // open-addressed, a power of two
};

}  // namespace whittle
