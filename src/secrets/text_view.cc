#include "secrets/text_view.h"

#include <algorithm>
#include <cstdint>

namespace whittle {

namespace {

constexpr size_t kLooked = 4096;

enum class Utf16 : uint8_t { No, LittleEndian, BigEndian };

// By its mark, or by every other byte of the beginning being 0 and the others not.
Utf16 utf16_of(std::string_view content) {
  if (content.size() < 4 || content.size() % 2 != 0) return Utf16::No;
  if (content.starts_with("\xff\xfe")) return Utf16::LittleEndian;
  if (content.starts_with("\xfe\xff")) return Utf16::BigEndian;
  std::string_view head = content.substr(0, kLooked);
  if (head.find('\0') == std::string_view::npos) return Utf16::No;
  size_t zeros[2] = {0, 0};
  for (size_t i = 0; i < head.size(); ++i) zeros[i % 2] += head[i] == '\0' ? 1U : 0U;
  size_t half = head.size() / 2;
  bool is_enough = half >= 8;
  if (is_enough && zeros[0] == 0 && zeros[1] >= half - half / 10) return Utf16::LittleEndian;
  if (is_enough && zeros[1] == 0 && zeros[0] >= half - half / 10) return Utf16::BigEndian;
  return Utf16::No;
}

void append_utf8(std::string& out, uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xc0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3f));
  } else {
    out += static_cast<char>(0xe0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (c & 0x3f));
  }
}

// Halves of surrogate pairs become characters of their own: no pattern asks for them.
std::string decode(std::string_view content, Utf16 order) {
  std::string out;
  out.reserve(content.size() / 2);
  auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(content[i])); };
  for (size_t i = 0; i + 1 < content.size(); i += 2) {
    uint32_t c =
        order == Utf16::LittleEndian ? byte(i) | (byte(i + 1) << 8) : byte(i + 1) | (byte(i) << 8);
    if (c != 0xfeff) append_utf8(out, c);
  }
  return out;
}

}  // namespace

void view_as_text(std::string_view content, SearchText& view) {
  Utf16 order = utf16_of(content);
  view.decoded = order == Utf16::No ? std::string() : decode(content, order);
  view.text = order == Utf16::No ? content : std::string_view(view.decoded);
  view.is_binary = view.text.substr(0, kLooked).find('\0') != std::string_view::npos;
}

}  // namespace whittle
