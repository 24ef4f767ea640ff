#include "dockerfile/lexer_rune.h"

#include <algorithm>
#include <array>

namespace whittle {

namespace {

struct Block {
  char32_t first;
  char32_t last;
};

constexpr std::array<Block, 10> kSpaces = {{
    {0x09, 0x0D},
    {0x20, 0x20},
    {0x85, 0x85},
    {0xA0, 0xA0},
    {0x1680, 0x1680},
    {0x2000, 0x200A},
    {0x2028, 0x2029},
    {0x202F, 0x202F},
    {0x205F, 0x205F},
    {0x3000, 0x3000},
}};

// Outside ASCII: controls, punctuation, symbols, private use, emoji.
constexpr std::array<Block, 14> kNoLetters = {{
    {0x80, 0xA9},
    {0xAB, 0xB4},
    {0xB6, 0xB9},
    {0xBB, 0xBF},
    {0xD7, 0xD7},
    {0xF7, 0xF7},
    {0x2000, 0x2BFF},
    {0x2E00, 0x2E7F},
    {0x3000, 0x3004},
    {0x3007, 0x3030},
    {0xE000, 0xF8FF},
    {0xFF00, 0xFF20},
    {0xFFF0, 0xFFFF},
    {0x1F000, 0x1FAFF},
}};

constexpr std::array<Block, 8> kNotShown = {{
    {0x00, 0x1F},
    {0x7F, 0xA0},
    {0xAD, 0xAD},
    {0x200B, 0x200F},
    {0x202A, 0x202E},
    {0x2060, 0x206F},
    {0xE000, 0xF8FF},
    {0xFEFF, 0xFEFF},
}};

template <size_t kCount>
bool is_in(const std::array<Block, kCount>& blocks, char32_t rune) {
  return std::any_of(blocks.begin(), blocks.end(), [rune](Block block) {
    return rune >= block.first && rune <= block.last;
  });
}

constexpr Rune kInvalid{kReplacementRune, 1, false};

}  // namespace

Rune rune_at(std::string_view text, size_t at) {
  auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  uint8_t first = byte(at);
  if (first < 0x80) return {first, 1, true};
  uint32_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() - at < size) return kInvalid;
  char32_t value = first & (0xFFU >> (size + 1));
  for (uint32_t i = 1; i < size; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80) return kInvalid;
    value = (value << 6U) | (byte(at + i) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kSmallest[size] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
    return kInvalid;
  }
  return {value, size, true};
}

void append_rune(std::string& out, char32_t rune) {
  auto tail = [&](uint32_t shift) {
    out.push_back(static_cast<char>(0x80U | ((rune >> shift) & 0x3FU)));
  };
  if (rune < 0x80) {
    out.push_back(static_cast<char>(rune));
  } else if (rune < 0x800) {
    out.push_back(static_cast<char>(0xC0U | (rune >> 6U)));
    tail(0);
  } else if (rune < 0x10000) {
    out.push_back(static_cast<char>(0xE0U | (rune >> 12U)));
    tail(6);
    tail(0);
  } else {
    out.push_back(static_cast<char>(0xF0U | (rune >> 18U)));
    tail(12);
    tail(6);
    tail(0);
  }
}

bool is_unicode_space(char32_t rune) {
  return is_in(kSpaces, rune);
}

bool is_unicode_letter(char32_t rune) {
  if (rune < 0x80) return (rune >= 'a' && rune <= 'z') || (rune >= 'A' && rune <= 'Z');
  return !is_unicode_space(rune) && !is_in(kNoLetters, rune);
}

bool is_printable_rune(char32_t rune) {
  return rune == ' ' || (!is_unicode_space(rune) && !is_in(kNotShown, rune));
}

size_t leading_space(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    Rune rune = rune_at(text, at);
    if (!is_unicode_space(rune.value)) break;
    at += rune.size;
  }
  return at;
}

size_t trailing_space(std::string_view text) {
  size_t end = text.size();
  while (end > 0) {
    size_t begin = end - 1;
    while (begin > 0 && end - begin < 4 && (static_cast<uint8_t>(text[begin]) & 0xC0U) == 0x80) {
      --begin;
    }
    Rune rune = rune_at(text, begin);
    if (begin + rune.size != end || !is_unicode_space(rune.value)) break;
    end = begin;
  }
  return text.size() - end;
}

}  // namespace whittle
