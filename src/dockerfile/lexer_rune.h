// UTF-8 one rune at a time, and the few character classes that Dockerfiles need.
// Bytes that are not UTF-8 count as runes of one byte, so that no text is ever lost.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace whittle {

struct Rune {
  char32_t value = 0;  // U+FFFD when not valid
  uint32_t size = 0;   // bytes it takes: 1 when not valid
  bool is_valid = true;
};

inline constexpr char32_t kReplacementRune = 0xFFFD;

// The rune that begins at `at`; at < text.size().
Rune rune_at(std::string_view text, size_t at);
void append_rune(std::string& out, char32_t rune);
// White space by Unicode (the property White_Space).
bool is_unicode_space(char32_t rune);
// A letter as far as names of variables go: ASCII letters, and what lies outside ASCII and is no
// punctuation, symbol, space or private use (by blocks, not by the full character database).
bool is_unicode_letter(char32_t rune);
// Shown as it is inside Go's quoted strings; else escaped.
bool is_printable_rune(char32_t rune);

// Bytes of white space at the begin and at the end of a text.
size_t leading_space(std::string_view text);
size_t trailing_space(std::string_view text);

}  // namespace whittle
