#include "vuln/text_pool.h"

#include <xxhash.h>

#include <cstring>

namespace whittle {

namespace {

constexpr size_t kFirstSlots = 1 << 16;

uint64_t hash_of(std::string_view text) {
  return XXH3_64bits(text.data(), text.size());
}

}  // namespace

TextPool::TextPool() : bytes_(2, '\0'), slots_(kFirstSlots) {}

std::string_view TextPool::text(database_format::Text text) const {
  uint16_t size = 0;
  std::memcpy(&size, bytes_.data() + text, sizeof(size));
  return std::string_view(bytes_).substr(text + sizeof(size), size);
}

database_format::Text TextPool::add(std::string_view text) {
  text = text.substr(0, UINT16_MAX);
  if (text.empty()) return 0;
  uint64_t hash = hash_of(text);
  auto tag = static_cast<uint32_t>(hash >> 32);
  size_t at = hash & (slots_.size() - 1);
  for (; slots_[at].text != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].tag == tag && this->text(slots_[at].text) == text) return slots_[at].text;
  }
  auto place = static_cast<database_format::Text>(bytes_.size());
  auto size = static_cast<uint16_t>(text.size());
  bytes_.append(reinterpret_cast<const char*>(&size), sizeof(size));
  bytes_.append(text);
  slots_[at] = {place, tag};
  if (++used_ * 2 > slots_.size()) grow();
  return place;
}

void TextPool::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.text == 0) continue;
    size_t at = hash_of(text(slot.text)) & (slots_.size() - 1);
    while (slots_[at].text != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }
}

}  // namespace whittle
