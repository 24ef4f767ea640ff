// Inside of codec: the fields of a tar header block and of PAX records.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codec/tar.h"

namespace whittle {

// Octal digits between blanks and NULs, or base-256 when the first bit is set (then it may be
// negative). nullopt for anything else or beyond 63 bits. An empty field is 0.
std::optional<int64_t> parse_tar_number(std::string_view field);
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
