// Numbered names, each in a numbered folder, found by their hash: an open-addressed table of four
// bytes a slot. The names themselves stay with whoever numbers them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/name_hash.h"

namespace whittle {

class NameTable {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;
  // Numbers are below it.
  static constexpr uint32_t kMaxNumbers = (1U << 24) - 1;

  // Where a name stands in the table, or would stand.
  struct Place {
    size_t slot;
    uint32_t tag;
  };

  // With room for three numbers in four slots, at least one slot.
  explicit NameTable(size_t slots) : slots_(slots, 0) {}

  static uint64_t hash(uint32_t folder, std::string_view name) { return hash_name(name, folder); }

  // Fetches the memory that find() will need.
  void prefetch(uint64_t hash) const { __builtin_prefetch(&slots_[first_slot(hash)]); }

  // `is_it` tells whether a number is that of the name; it is asked for few others.
  template <typename IsIt>
  Place find(uint64_t hash, IsIt is_it) const {
    uint32_t tag = tag_of(hash);
    size_t slot = first_slot(hash);
    while (slots_[slot] != 0) {
      if ((slots_[slot] & ~kNumberMask) == tag && is_it((slots_[slot] & kNumberMask) - 1)) break;
      if (++slot == slots_.size()) slot = 0;
    }
    return {slot, tag};
  }

  // kNone if nothing stands there.
  uint32_t at(Place place) const {
    return slots_[place.slot] == 0 ? kNone : (slots_[place.slot] & kNumberMask) - 1;
  }

  // Into an empty place of a table that is not crowded.
  void put(Place place, uint32_t number) {
    slots_[place.slot] = place.tag | (number + 1);
    ++count_;
  }

  // Whether one more number makes it slow.
  bool is_crowded() const { return (count_ + 1) * 4 > slots_.size() * 3; }

  // Doubles the slots; places from before are no longer valid.
  template <typename HashOf>
  void grow(HashOf hash_of) {
    std::vector<uint32_t> old(slots_.size() * 2, 0);
    old.swap(slots_);
    for (uint32_t moved : old) {
      if (moved == 0) continue;
      size_t slot = first_slot(hash_of((moved & kNumberMask) - 1));
      while (slots_[slot] != 0) slot = slot + 1 == slots_.size() ? 0 : slot + 1;
      slots_[slot] = moved;
    }
  }

 private:
  static constexpr int kNumberBits = 24;
  static constexpr uint32_t kNumberMask = (1U << kNumberBits) - 1;

  // The upper bits of the hash choose the slot, the lowest tell most names apart.
  static uint32_t tag_of(uint64_t hash) { return static_cast<uint32_t>(hash) << kNumberBits; }

  size_t first_slot(uint64_t hash) const {
    return static_cast<size_t>(((hash >> 32) * slots_.size()) >> 32);
  }

  std::vector<uint32_t> slots_;  // 8 bits of the hash, 24 of the number + 1; 0: empty
  size_t count_ = 0;
};

}  // namespace whittle
