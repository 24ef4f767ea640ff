#include "dockerfile/shell_ansi.h"

#include <cstdint>
#include <optional>

#include "base/strings.h"

namespace whittle {

namespace {

std::optional<uint32_t> digit_value(char c, uint32_t base) {
  uint32_t value = 99;
  if (is_digit(c)) value = static_cast<uint32_t>(c - '0');
  if (c >= 'a' && c <= 'f') value = static_cast<uint32_t>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') value = static_cast<uint32_t>(c - 'A') + 10;
  return value < base ? std::optional(value) : std::nullopt;
}

// Up to max_digits of them from `at` on, which moves behind them; nullopt if there is none.
std::optional<uint32_t> read_number(std::string_view text,
                                    size_t& at,
                                    uint32_t base,
                                    size_t max_digits) {
  uint32_t number = 0;
  size_t count = 0;
  for (; count < max_digits && at < text.size(); ++count, ++at) {
    std::optional<uint32_t> digit = digit_value(text[at], base);
    if (!digit) break;
    number = number * base + *digit;
  }
  return count > 0 ? std::optional(number) : std::nullopt;
}

void append_utf8(std::string& text, uint32_t c) {
  auto byte = [&](uint32_t value) { text += static_cast<char>(value); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | (c >> 6));
    byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | (c >> 12));
    byte(0x80 | ((c >> 6) & 0x3F));
    byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | ((c >> 18) & 0x07));
    byte(0x80 | ((c >> 12) & 0x3F));
    byte(0x80 | ((c >> 6) & 0x3F));
    byte(0x80 | (c & 0x3F));
  }
}

char simple_escape(char c) {
  constexpr std::string_view kLetters = "abeEfnrtv\\'\"?";
  constexpr std::string_view kValues = "\a\b\x1b\x1b\f\n\r\t\v\\'\"?";
  size_t at = kLetters.find(c);
  return at == std::string_view::npos ? '\0' : kValues[at];
}

// The escape whose letter stands at `at`, which moves behind it. False if it is a zero byte.
bool decode_escape(std::string_view text, size_t& at, std::string& out) {
  char c = text[at];
  if (char simple = simple_escape(c)) {
    ++at;
    out += simple;
    return true;
  }
  size_t digits = at + 1;
  std::optional<uint32_t> number;
  if (c == 'x') number = read_number(text, digits, 16, 2);
  if (c == 'u') number = read_number(text, digits, 16, 4);
  if (c == 'U') number = read_number(text, digits, 16, 8);
  if (digit_value(c, 8)) number = read_number(text, digits = at, 8, 3);
  if (c == 'c' && digits < text.size()) number = static_cast<unsigned char>(text[digits++]) & 0x1F;
  if (!number) {
    out += '\\';
    out += c;
    ++at;
    return true;
  }
  at = digits;
  if (*number == 0) return false;
  if (c == 'u' || c == 'U') {
    append_utf8(out, *number);
  } else {
    out += static_cast<char>(*number & 0xFF);
  }
  return true;
}

}  // namespace

std::string decode_ansi_quotes(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      out += text[at++];
    } else if (!decode_escape(text, ++at, out)) {
      break;
    }
  }
  return out;
}

}  // namespace whittle
