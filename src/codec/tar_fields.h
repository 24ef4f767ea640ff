// Inside of codec: the fields of a tar header block and of PAX records.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "codec/tar.h"

namespace whittle {

// The first byte is the lowest.
template <typename Word>
Word load_little(const char* bytes) {
  Word word = 0;
  std::memcpy(&word, bytes, sizeof word);
  if constexpr (std::endian::native == std::endian::little) return word;
  return static_cast<Word>(__builtin_bswap64(word) >> (64 - 8 * sizeof word));
}

inline constexpr int64_t kNoOctal = -1;

// Eight octal digits at once, the first in the lowest byte; kNoOctal if they are not.
inline int64_t parse_octal8(uint64_t word) {
  constexpr uint64_t kNoDigit = 0xf8f8f8f8f8f8f8f8;
  word ^= 0x3030303030303030;
  if ((word & kNoDigit) != 0) return kNoOctal;
  word = (word << 3 | word >> 8) & 0x00ff00ff00ff00ff;
  word = (word << 6 | word >> 16) & 0x0000ffff0000ffff;
  return static_cast<int64_t>((word << 12 | word >> 32) & 0xffffffff);
}

// What nearly every writer writes: digits to the last byte, which is NUL or blank. No
// std::optional: it goes through memory, which takes longer than all the rest.
inline int64_t parse_full_octal(std::string_view field) {
  bool is_usual =
      (field.size() == 8 || field.size() == 12) && (field.back() == '\0' || field.back() == ' ');
  if (!is_usual) return kNoOctal;
  uint64_t first = load_little<uint64_t>(field.data());
  if (field.size() == 8) return parse_octal8(first << 8 | '0');
  uint64_t rest = load_little<uint32_t>(field.data() + 8);
  int64_t high = parse_octal8(first);
  int64_t low = parse_octal8((rest & 0xffffff) << 40 | 0x3030303030);
  return high < 0 || low < 0 ? kNoOctal : high << 9 | low;
}

// parse_tar_number() of what parse_full_octal() does not take.
std::optional<int64_t> parse_unusual_tar_number(std::string_view field);

// Octal digits between blanks and NULs, or base-256 when the first bit is set (then it may be
// negative). nullopt for anything else or beyond 63 bits. An empty field is 0.
inline std::optional<int64_t> parse_tar_number(std::string_view field) {
  int64_t number = parse_full_octal(field);
  return number == kNoOctal ? parse_unusual_tar_number(field) : number;
}

// Up to the first NUL.
std::string_view tar_text(std::string_view field);
// The header's own checksum matches, with bytes taken as unsigned or (old writers) as signed.
bool tar_checksum_matches(std::string_view block);

// Adds the records of one PAX header ("LENGTH KEY=VALUE\n"...) to `records`; false if they are
// malformed.
bool parse_pax_records(std::string_view text, PaxRecords& records);

struct PaxTime {
  int64_t seconds = 0;
  uint32_t nanoseconds = 0;
};

// "1350244992.023960108", "-1.5": seconds are rounded down so that nanoseconds are never negative.
std::optional<PaxTime> parse_pax_time(std::string_view text);
// A decimal with an optional '-'.
std::optional<int64_t> parse_pax_integer(std::string_view text);

// For LIBARCHIVE.xattr: names are percent-encoded, values base64 (padding may be missing).
std::string decode_percent(std::string_view text);
std::optional<std::string> decode_xattr_base64(std::string_view text);

}  // namespace whittle
