#include "image/path_table.h"

#include "base/last_slash.h"
#include "base/name_hash.h"

namespace whittle {

namespace {

uint32_t tag_of(uint64_t hash) {
  return static_cast<uint32_t>(hash >> 32);
}

std::string_view folder_of(std::string_view path) {
  size_t slash = last_slash(path);
  return path.substr(0, slash == std::string_view::npos ? 0 : slash);
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

uint64_t PathTable::prepare(const LayerIndex& index, uint32_t entry) {
  std::string_view path = index.path(index.entries[entry]);
  std::string_view folder = folder_of(path);
  if (last_folder_.data() == nullptr || folder != last_folder_) {
    last_folder_ = folder;
    last_folder_hash_ = hash_name(folder, 0);
  }
  uint64_t hash = hash_name(path.substr(folder.size()), last_folder_hash_);
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
  std::string_view folder = folder_of(path);
  uint64_t hash = hash_name(path.substr(folder.size()), hash_name(folder, 0));
  return slots_[place_of(index, path, hash)].entry != 0;
}

}  // namespace whittle
