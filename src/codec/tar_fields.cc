#include "codec/tar_fields.h"

#include <algorithm>
#include <charconv>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/strings.h"

namespace whittle {

namespace {

constexpr size_t kChecksumBegin = 148;
constexpr size_t kChecksumEnd = 156;

#ifdef __SSE2__

// Sixteen bytes at a time, in two sums.
int64_t byte_sum(std::string_view bytes) {
  __m128i sums = _mm_setzero_si128();
  size_t i = 0;
  for (; i + 16 <= bytes.size(); i += 16) {
    __m128i part = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes.data() + i));
    sums = _mm_add_epi64(sums, _mm_sad_epu8(part, _mm_setzero_si128()));
  }
  int64_t sum = _mm_cvtsi128_si64(sums) + _mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums));
  for (; i < bytes.size(); ++i) sum += static_cast<unsigned char>(bytes[i]);
  return sum;
}

#else

int64_t byte_sum(std::string_view bytes) {
  int64_t sum = 0;
  for (char byte : bytes) sum += static_cast<unsigned char>(byte);
  return sum;
}

#endif

std::optional<int64_t> parse_base256(std::string_view field) {
  bool is_negative = (static_cast<unsigned char>(field[0]) & 0x40) != 0;
  uint64_t value = is_negative ? UINT64_MAX : 0;
  for (size_t i = 0; i < field.size(); ++i) {
    unsigned byte = static_cast<unsigned char>(field[i]);
    if (i == 0) byte = is_negative ? (byte | 0x80) : (byte & 0x3f);
    // What is shifted out must be sign only.
    uint64_t top = value >> 55;
    if (top != (is_negative ? 0x1ffU : 0U)) return std::nullopt;
    value = (value << 8) | byte;
  }
  return static_cast<int64_t>(value);
}

}  // namespace

std::optional<int64_t> parse_unusual_tar_number(std::string_view field) {
  if (!field.empty() && (static_cast<unsigned char>(field[0]) & 0x80) != 0)
    return parse_base256(field);
  while (!field.empty() && (field.front() == ' ' || field.front() == '\0')) field.remove_prefix(1);
  uint64_t value = 0;
  size_t i = 0;
  for (; i < field.size() && field[i] >= '0' && field[i] <= '7'; ++i) {
    if (value >> 60 != 0) return std::nullopt;
    value = value * 8 + static_cast<uint64_t>(field[i] - '0');
  }
  for (; i < field.size(); ++i) {
    if (field[i] == '\0') break;
    if (field[i] != ' ') return std::nullopt;
  }
  return static_cast<int64_t>(value);
}

std::string_view tar_text(std::string_view field) {
  return field.substr(0, field.find('\0'));
}

bool tar_checksum_matches(std::string_view block) {
  std::string_view field = block.substr(kChecksumBegin, kChecksumEnd - kChecksumBegin);
  std::optional<int64_t> stored = parse_tar_number(field);
  if (!stored) return false;
  // The field itself counts as blanks.
  int64_t plain = byte_sum(block) - byte_sum(field) + ' ' * static_cast<int64_t>(field.size());
  if (*stored == plain) return true;
  int64_t high = 0;  // bytes over 127, which the signed sum counts 256 less
  for (size_t i = 0; i < block.size(); ++i) {
    bool is_field = i >= kChecksumBegin && i < kChecksumEnd;
    if (!is_field) high += static_cast<unsigned char>(block[i]) >> 7;
  }
  return *stored == plain - 256 * high;
}

namespace {

// Adds one record; an empty value takes back an earlier one, so it is kept as "".
bool add_record(std::string_view key, std::string_view value, PaxRecords& records) {
  if (key == "GNU.sparse.offset" || key == "GNU.sparse.numbytes") {
    std::optional<uint64_t> number = parse_u64(value);
    bool is_offset = key == "GNU.sparse.offset";
    if (!number || is_offset != (records.sparse_numbers.size() % 2 == 0)) return false;
    records.sparse_numbers.push_back(*number);
    return true;
  }
  bool is_text = key == "path" || key == "linkpath" || key == "GNU.sparse.name";
  if (is_text && value.find('\0') != std::string_view::npos) return false;
  records.values.insert_or_assign(std::string(key), std::string(value));
  return true;
}

}  // namespace

bool parse_pax_records(std::string_view text, PaxRecords& records) {
  while (!text.empty() && text.front() != '\0') {
    size_t space = text.substr(0, 20).find(' ');
    if (space == std::string_view::npos) return false;
    std::optional<uint64_t> size = parse_u64(text.substr(0, space));
    if (!size || *size > text.size() || *size < space + 3) return false;
    std::string_view record = text.substr(space + 1, static_cast<size_t>(*size) - space - 1);
    if (record.back() != '\n') return false;
    record.remove_suffix(1);
    size_t equals = record.find('=');
    if (equals == std::string_view::npos || equals == 0) return false;
    if (!add_record(record.substr(0, equals), record.substr(equals + 1), records)) return false;
    text.remove_prefix(static_cast<size_t>(*size));
  }
  return true;
}

std::optional<int64_t> parse_pax_integer(std::string_view text) {
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<PaxTime> parse_pax_time(std::string_view text) {
  size_t dot = std::min(text.find('.'), text.size());
  std::string_view whole = text.substr(0, dot);
  bool is_negative = whole.starts_with('-');
  std::optional<int64_t> seconds = whole == "-" || whole.empty() ? 0 : parse_pax_integer(whole);
  if (text.empty() || !seconds) return std::nullopt;
  PaxTime time{*seconds, 0};
  std::string_view fraction = text.substr(std::min(dot + 1, text.size()));
  uint32_t unit = 100'000'000;
  for (char c : fraction) {
    if (!is_digit(c)) return std::nullopt;
    time.nanoseconds += static_cast<uint32_t>(c - '0') * unit;
    unit /= 10;
  }
  if (is_negative && time.nanoseconds > 0) {
    if (time.seconds == INT64_MIN) return std::nullopt;
    time.seconds -= 1;
    time.nanoseconds = 1'000'000'000 - time.nanoseconds;
  }
  return time;
}

namespace {

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string decode_percent(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    bool is_escape = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                     hex_value(text[i + 2]) >= 0;
    if (!is_escape) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
    i += 2;
  }
  return out;
}

std::optional<std::string> decode_xattr_base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<uint32_t>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>((bits >> count) & 0xff);
    }
  }
  return out;
}

}  // namespace whittle
