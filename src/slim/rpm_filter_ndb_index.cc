// Index.db beside Packages.db: a file of parts, each a hash table of one tag's values, from the key
// to pairs of numbers: which package, and which of its values the key is (rpm 4.20,
// lib/backend/ndb/rpmxdb.cc and rpmidx.cc). Each table is written anew.
#include <algorithm>
#include <compare>
#include <map>
#include <utility>
#include <vector>

#include "packages/bytes.h"
#include "slim/rpm_filters.h"

namespace whittle {

namespace {

// The file.
constexpr uint64_t kFileMagic = 0x586d7052;  // "RpmX"
constexpr uint64_t kPartMagic = 0x006f6c53;  // "Slo", and which form of the part this is
constexpr uint64_t kFileHeaderBytes = 32;
constexpr uint64_t kSlotPagesAt = 12;
constexpr uint64_t kPageBytesAt = 16;
constexpr uint64_t kPartSlotBytes = 16;
constexpr uint64_t kMinPageBytes = 4096;
constexpr uint64_t kMaxPageBytes = 65536;
constexpr uint64_t kInUse = 0;  // another form is one that rpm was about to put in its place

// A table.
constexpr uint64_t kTableMagic = 0x496d7052;  // "RpmI"
constexpr uint64_t kTableHeaderBytes = 64;
constexpr uint64_t kSlotCountAt = 12;
constexpr uint64_t kUsedSlotsAt = 16;
constexpr uint64_t kDummySlotsAt = 20;
constexpr uint64_t kHashMaskAt = 24;
constexpr uint64_t kKeysEndAt = 28;
constexpr uint64_t kKeysUnusedAt = 32;
constexpr uint64_t kSlotBytes = 8;      // where the key is and some bits of its hash; the number
constexpr uint64_t kAllSlotBytes = 12;  // with the rest of a number that is too big for the slot
constexpr uint64_t kMinSlots = 256;
constexpr uint64_t kKeyRoomBytes = 4096;
constexpr uint64_t kDummy = 0xffffffff;
constexpr uint64_t kBigNumber = 0x80000000;
constexpr uint64_t kMiddleNumber = 0x40000000;

void set_little(std::string& bytes, uint64_t at, uint64_t value) {
  for (uint64_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(value >> 8 * i & 0xff);
}

// rpmidx.cc, murmurhash().
uint32_t hash_of(std::string_view key) {
  constexpr uint32_t kFactor = 0x5bd1e995;
  auto hash = static_cast<uint32_t>(key.size()) * kFactor;
  while (!key.empty()) {
    size_t size = std::min<size_t>(key.size(), 4);
    hash += static_cast<uint32_t>(read_little(key, 0, static_cast<unsigned>(size)));
    hash *= kFactor;
    hash ^= hash >> 16;
    key.remove_prefix(size);
  }
  hash *= kFactor;
  hash ^= hash >> 10;
  hash *= kFactor;
  hash ^= hash >> 17;
  return hash;
}

// What one slot says, as it says it.
struct Number {
  uint32_t low = 0;
  uint32_t rest = 0;

  auto operator<=>(const Number&) const = default;

  uint32_t package() const {
    if ((low & kBigNumber) != 0) return rest;
    return (low & kMiddleNumber) != 0 ? low & 0xffffff : low & 0xfffff;
  }
};

struct Key {
  std::string_view stored;  // with its length in front
  std::string_view bytes;
};

// Nullopt for a key that is cut off.
std::optional<Key> key_at(std::string_view keys, uint64_t at) {
  std::string_view rest = slice(keys, at, keys.size());
  if (rest.empty()) return std::nullopt;
  uint64_t length = read_little(rest, 0, 1);
  uint64_t head = 1;
  if (length == 255) {
    length = read_little(rest, 1, 2);
    head = 3;
  }
  if (head == 3 && length == 65535) {
    length = read_little(rest, 3, 4);
    head = 7;
  }
  if (rest.size() < head || length > rest.size() - head) return std::nullopt;
  return Key{rest.substr(0, head + length), rest.substr(head, length)};
}

// By where the key stands.
using Entries = std::map<uint64_t, std::pair<Key, std::vector<Number>>>;

// Those of packages that stay. Nullopt for damage.
std::optional<Entries> read_table(std::string_view table, const RpmNumbers& staying) {
  uint64_t slots = read_little(table, kSlotCountAt, 4);
  uint64_t slots_end = kTableHeaderBytes + slots * kAllSlotBytes;
  uint64_t key_mask = ~read_little(table, kHashMaskAt, 4) & 0xffffffff;
  bool is_one = read_little(table, 0, 4) == kTableMagic && read_little(table, 4, 4) == 0 &&
                slots_end < table.size();
  if (!is_one) return std::nullopt;
  std::string_view keys = slice(table, slots_end, read_little(table, kKeysEndAt, 4));
  uint64_t budget = keys.size();  // keys do not overlap
  Entries entries;
  for (uint64_t i = 0; i < slots; ++i) {
    uint64_t at = kTableHeaderBytes + i * kSlotBytes;
    uint64_t key = read_little(table, at, 4);
    if (key == 0 || key == kDummy) continue;
    Number number{static_cast<uint32_t>(read_little(table, at + 4, 4)),
                  static_cast<uint32_t>(
                      read_little(table, kTableHeaderBytes + slots * kSlotBytes + i * 4, 4))};
    if (!staying.contains(number.package())) continue;
    auto [entry, is_new] = entries.try_emplace(key & key_mask);
    if (is_new) {
      std::optional<Key> found = key_at(keys, key & key_mask);
      if (!found || found->stored.size() > budget) return std::nullopt;
      budget -= found->stored.size();
      entry->second.first = *found;
    }
    entry->second.second.push_back(number);
  }
  for (auto& [at, entry] : entries) std::sort(entry.second.begin(), entry.second.end());
  return entries;
}

// Sizes as rpm chooses them when it writes one anew (rpmidxRebuildInternal).
std::string write_table(std::string_view old, const Entries& entries, uint64_t page_bytes) {
  uint64_t used = 0;
  uint64_t keys_end = 1;
  for (const auto& [at, entry] : entries) {
    used += entry.second.size();
    keys_end += entry.first.stored.size();
  }
  uint64_t slots = kMinSlots;
  while (slots * 2 <= used) slots *= 2;
  slots *= 4;
  uint64_t keys_at = kTableHeaderBytes + slots * kAllSlotBytes;
  uint64_t bytes = keys_at + keys_end + kKeyRoomBytes;
  std::string table((bytes + page_bytes - 1) / page_bytes * page_bytes, '\0');
  uint64_t key_space = 0x10000;
  while (key_space < table.size() - keys_at + 2 * kKeyRoomBytes) key_space *= 2;
  uint64_t hash_mask = ~(key_space - 1) & 0xffffffff;

  table.replace(0, kSlotCountAt, old.substr(0, kSlotCountAt));
  set_little(table, kSlotCountAt, slots);
  set_little(table, kUsedSlotsAt, used);
  set_little(table, kDummySlotsAt, 0);
  set_little(table, kHashMaskAt, hash_mask);
  set_little(table, kKeysEndAt, keys_end);
  set_little(table, kKeysUnusedAt, 0);
  uint64_t key_at = 1;
  for (const auto& [at, entry] : entries) {
    const auto& [key, numbers] = entry;
    table.replace(keys_at + key_at, key.stored.size(), key.stored);
    uint64_t hash = hash_of(key.bytes);
    uint64_t slot = hash & (slots - 1);
    uint64_t step = 7;
    for (const Number& number : numbers) {
      while (read_little(table, kTableHeaderBytes + slot * kSlotBytes, 4) != 0)
        slot = (slot + step++) & (slots - 1);
      set_little(table, kTableHeaderBytes + slot * kSlotBytes, key_at | (hash & hash_mask));
      set_little(table, kTableHeaderBytes + slot * kSlotBytes + 4, number.low);
      if ((number.low & kBigNumber) != 0)
        set_little(table, kTableHeaderBytes + slots * kSlotBytes + slot * 4, number.rest);
    }
    key_at += key.stored.size();
  }
  return table;
}

struct Part {
  uint64_t tag = 0;
  std::string table;
};

// Those in use, in the order of their slots. Nullopt for damage.
std::optional<std::vector<Part>> read_parts(std::string_view index,
                                            uint64_t page_bytes,
                                            const RpmNumbers& staying) {
  uint64_t slots_end = read_little(index, kSlotPagesAt, 4) * page_bytes;
  if (slots_end == 0 || slots_end > index.size()) return std::nullopt;
  uint64_t budget = index.size();  // parts do not overlap
  std::vector<Part> parts;
  for (uint64_t at = kFileHeaderBytes; at < slots_end; at += kPartSlotBytes) {
    uint64_t magic = read_little(index, at, 4);
    if ((magic & 0xffffff) != kPartMagic) return std::nullopt;
    uint64_t start = read_little(index, at + 8, 4) * page_bytes;
    uint64_t size = read_little(index, at + 12, 4) * page_bytes;
    if (start == 0 || size == 0 || magic >> 24 != kInUse) continue;
    std::string_view table = slice(index, start, size);
    if (table.size() != size || size > budget) return std::nullopt;
    budget -= size;
    std::optional<Entries> entries = read_table(table, staying);
    if (!entries) return std::nullopt;
    parts.push_back({read_little(index, at + 4, 4), write_table(table, *entries, page_bytes)});
  }
  return parts;
}

}  // namespace

std::optional<std::string> filter_rpm_ndb_index(std::string_view index, const RpmNumbers& staying) {
  uint64_t page_bytes = read_little(index, kPageBytesAt, 4);
  bool is_one = read_little(index, 0, 4) == kFileMagic && read_little(index, 4, 4) == 0 &&
                page_bytes >= kMinPageBytes && page_bytes <= kMaxPageBytes &&
                (page_bytes & (page_bytes - 1)) == 0;
  if (!is_one) return std::nullopt;
  std::optional<std::vector<Part>> parts = read_parts(index, page_bytes, staying);
  if (!parts) return std::nullopt;
  uint64_t slots = (page_bytes - kFileHeaderBytes) / kPartSlotBytes;
  while (slots < parts->size()) slots += page_bytes / kPartSlotBytes;
  uint64_t page = (kFileHeaderBytes + slots * kPartSlotBytes) / page_bytes;
  std::string out(index.substr(0, kFileHeaderBytes));
  out.resize(page * page_bytes, '\0');
  set_little(out, kSlotPagesAt, page);
  for (uint64_t i = 0; i < slots; ++i) {
    uint64_t at = kFileHeaderBytes + i * kPartSlotBytes;
    set_little(out, at, kPartMagic);
    if (i >= parts->size()) continue;
    const Part& part = (*parts)[i];
    set_little(out, at + 4, part.tag);
    set_little(out, at + 8, page);
    set_little(out, at + 12, part.table.size() / page_bytes);
    page += part.table.size() / page_bytes;
  }
  for (const Part& part : *parts) out += part.table;
  return out;
}

}  // namespace whittle
