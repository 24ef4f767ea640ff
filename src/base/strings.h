// Text helpers without a domain: splitting, trimming, numbers, sizes for people, quoting.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whittle {

std::vector<std::string_view> split(std::string_view text, char separator);
// Lines without their "\n" (a "\r" before it stays). A final line without "\n" counts; "" has none.
std::vector<std::string_view> split_lines(std::string_view text);
// Splits at runs of ASCII blanks; no empty fields.
std::vector<std::string_view> split_blanks(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string_view trim(std::string_view text);
std::string_view trim_left(std::string_view text);
std::string_view trim_right(std::string_view text);
// ASCII only; other bytes are left alone.
std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
bool contains(std::string_view text, std::string_view part);
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);
inline bool is_blank(char c) { return c == ' ' || c == '\t'; }
inline bool is_space(char c) { return is_blank(c) || c == '\n' || c == '\r' || c == '\v' || c == '\f'; }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Decimal, the whole text, no sign; nullopt on overflow or anything else.
std::optional<uint64_t> parse_u64(std::string_view text);
// "512", "64k", "1.5GiB", "20MB": k/M/G/T with an optional iB (1024) or B (1000; a lone letter means 1024).
std::optional<uint64_t> parse_size(std::string_view text);
// "90", "90s", "1m30s", "500ms", "1.5h" in milliseconds; a bare number is seconds.
std::optional<uint64_t> parse_duration_ms(std::string_view text);

// "0 B", "812 B", "41.3 MiB": binary units, one decimal from KiB on.
std::string format_bytes(uint64_t bytes);
// As format_bytes with a sign: "-41.3 MiB", "+3 B", "0 B".
std::string format_bytes_delta(int64_t bytes);
// "0.42 s", "12.3 s", "2 min 05 s".
std::string format_seconds(double seconds);
// "1 layer", "3 layers": appends "s" unless count is 1.
std::string count_of(uint64_t count, std::string_view singular);

// One word for a POSIX shell, quoted only where needed.
std::string shell_quote(std::string_view text);
// For messages: control characters and invalid UTF-8 as \xNN, so that foreign text cannot drive a terminal.
std::string printable(std::string_view text);
// True if the bytes are well-formed UTF-8 (RFC 3629).
bool is_valid_utf8(std::string_view text);
// Edit distance of a and b (insert, delete, replace), for "did you mean".
size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace whittle
