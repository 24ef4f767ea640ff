// Numbers out of foreign bytes, bounds checked: what lies outside reads as 0.
#pragma once

#include <cstdint>
#include <string_view>

namespace whittle {

inline uint64_t read_big(std::string_view bytes, uint64_t at, unsigned size) {
  if (at > bytes.size() || bytes.size() - at < size) return 0;
  uint64_t value = 0;
  for (unsigned i = 0; i < size; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

inline uint64_t read_little(std::string_view bytes, uint64_t at, unsigned size) {
  if (at > bytes.size() || bytes.size() - at < size) return 0;
  uint64_t value = 0;
  for (unsigned i = size; i > 0; --i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i - 1]);
  return value;
}

// [at, at + size) cut to what there is.
inline std::string_view slice(std::string_view bytes, uint64_t at, uint64_t size) {
  return at >= bytes.size() ? std::string_view() : bytes.substr(at, size);
}

}  // namespace whittle
