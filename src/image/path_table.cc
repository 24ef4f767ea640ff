#include "image/path_table.h"

#include "base/name_hash.h"

namespace whittle {

namespace {

uint32_t tag_of(uint64_t hash) {
  return static_cast<uint32_t>(hash >> 32);
}

}  // namespace

PathTable::PathTable(const LayerIndex& index) {
  size_t slots = 16;
  while (slots < index.entries.size() + index.entries.size() / 3) slots *= 2;
  slots_.resize(slots);
}

size_t PathTable::place_of(const LayerIndex& index, std::string_view path, uint64_t hash) const {
  size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  auto is_path = [&](const Slot& slot) {
    return slot.tag == tag_of(hash) && index.path(index.entries[slot.entry - 1]) == path;
  };
  while (slots_[at].entry != 0 && !is_path(slots_[at])) at = (at + 1) & mask;
  return at;
}

uint64_t PathTable::prepare(const LayerIndex& index, uint32_t entry) const {
  uint64_t hash = hash_name(index.path(index.entries[entry]), 0);
  __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
  return hash;
}

bool PathTable::add(const LayerIndex& index, uint32_t entry) {
  return add(index, entry, prepare(index, entry));
}

bool PathTable::add(const LayerIndex& index, uint32_t entry, uint64_t hash) {
  Slot& slot = slots_[place_of(index, index.path(index.entries[entry]), hash)];
  if (slot.entry != 0) return false;
  slot = {tag_of(hash), entry + 1};
  return true;
}

bool PathTable::holds(const LayerIndex& index, std::string_view path) const {
  return slots_[place_of(index, path, hash_name(path, 0))].entry != 0;
}

}  // namespace whittle
