#include "image/path_table.h"

#include "base/name_hash.h"

namespace whittle {

PathTable::PathTable(const LayerIndex& index) {
  size_t slots = 16;
  while (slots < index.entries.size() + index.entries.size() / 3) slots *= 2;
  slots_.assign(slots, 0);
}

uint32_t& PathTable::slot(const LayerIndex& index, std::string_view path) {
  size_t mask = slots_.size() - 1;
  size_t at = hash_name(path, 0) & mask;
  while (slots_[at] != 0 && index.path(index.entries[slots_[at] - 1]) != path) at = (at + 1) & mask;
  return slots_[at];
}

}  // namespace whittle
