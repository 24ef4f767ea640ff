#include "report/text_layout.h"

#include <algorithm>
#include <cstdint>

#include "base/strings.h"

namespace whittle {

namespace {

// The code point at the start of the text and its length in bytes; a byte that is no UTF-8 counts
// as one.
struct CodePoint {
  uint32_t value = 0;
  size_t length = 1;
};

CodePoint first_code_point(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(text[i])); };
  uint32_t lead = byte(0);
  size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  if (length == 1 || length > text.size()) return {lead, 1};
  uint32_t value = lead & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length; ++i) value = value << 6 | (byte(i) & 0x3F);
  return {value, length};
}

struct Interval {
  uint32_t first;
  uint32_t last;
};

// The blocks that matter in practice, from Unicode's EastAsianWidth.txt (W, F) and the general
// category Mn.
constexpr Interval kWide[] = {{0x1100, 0x115F},
                              {0x2E80, 0x303E},
                              {0x3041, 0x33FF},
                              {0x3400, 0x4DBF},
                              {0x4E00, 0x9FFF},
                              {0xA000, 0xA4CF},
                              {0xAC00, 0xD7A3},
                              {0xF900, 0xFAFF},
                              {0xFE30, 0xFE6F},
                              {0xFF00, 0xFF60},
                              {0xFFE0, 0xFFE6},
                              {0x1F300, 0x1F64F},
                              {0x1F680, 0x1F6FF},
                              {0x1F900, 0x1F9FF},
                              {0x20000, 0x3FFFD}};
constexpr Interval kZero[] = {{0x0300, 0x036F},
                              {0x200B, 0x200F},
                              {0x202A, 0x202E},
                              {0x2060, 0x2064},
                              {0x20D0, 0x20FF},
                              {0xFE00, 0xFE0F},
                              {0xFE20, 0xFE2F}};

size_t columns_of(uint32_t code_point) {
  auto holds = [&](const Interval& block) {
    return block.first <= code_point && code_point <= block.last;
  };
  if (std::any_of(std::begin(kZero), std::end(kZero), holds)) return 0;
  return std::any_of(std::begin(kWide), std::end(kWide), holds) ? 2 : 1;
}

// Bytes of the longest start of the text that takes at most `width` columns.
size_t prefix_within(std::string_view text, size_t width) {
  size_t used = 0;
  size_t at = 0;
  while (at < text.size()) {
    CodePoint point = first_code_point(text.substr(at));
    used += columns_of(point.value);
    if (used > width) break;
    at += point.length;
  }
  return at;
}

std::string_view code_of(Style style) {
  switch (style) {
    case Style::Plain:
      return "";
    case Style::Bold:
      return "\x1b[1m";
    case Style::Dim:
      return "\x1b[2m";
    case Style::Good:
      return "\x1b[32m";
    case Style::Bad:
      return "\x1b[31m";
    case Style::Caution:
      return "\x1b[33m";
    case Style::Heading:
      return "\x1b[1;36m";
  }
  return "";
}

}  // namespace

size_t display_width(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    CodePoint point = first_code_point(text);
    width += columns_of(point.value);
    text.remove_prefix(point.length);
  }
  return width;
}

std::string truncated(std::string_view text, size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width <= 3) return std::string(text.substr(0, prefix_within(text, width)));
  return std::string(text.substr(0, prefix_within(text, width - 3))) + "...";
}

std::string pad_right(std::string_view text, size_t width) {
  size_t used = display_width(text);
  return std::string(text) + std::string(width > used ? width - used : 0, ' ');
}

std::string pad_left(std::string_view text, size_t width) {
  size_t used = display_width(text);
  return std::string(width > used ? width - used : 0, ' ') + std::string(text);
}

std::vector<std::string> wrapped(std::string_view text, size_t width) {
  std::vector<std::string> lines;
  std::string line;
  size_t used = 0;
  for (std::string_view word : split_blanks(text)) {
    size_t needed = display_width(word);
    if (used > 0 && used + 1 + needed > width) {
      lines.push_back(std::move(line));
      line.clear();
      used = 0;
    }
    if (used > 0) line += ' ';
    used += needed + (used > 0 ? 1 : 0);
    line += word;
  }
  if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
  return lines;
}

std::string indented(std::string_view first, std::string_view text, size_t width) {
  size_t indent = display_width(first);
  std::string out;
  std::string_view lead = first;
  std::string blanks(indent, ' ');
  for (const std::string& line : wrapped(text, width > indent + 20 ? width - indent : 20)) {
    out.append(trim_right(std::string(lead) + line)).append("\n");
    lead = blanks;
  }
  return out;
}

std::string styled(std::string_view text, Style style, bool color) {
  if (!color || style == Style::Plain || text.empty()) return std::string(text);
  return std::string(code_of(style)) + std::string(text) + "\x1b[0m";
}

std::string TextTable::render(size_t indent, bool color) const {
  std::vector<size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i].text));
    }
  }
  std::string out;
  for (const auto& row : rows_) {
    std::string line(indent, ' ');
    size_t last = row.size();
    while (last > 0 && row[last - 1].text.empty()) --last;
    for (size_t i = 0; i < last; ++i) {
      if (i > 0) line += "  ";
      size_t fill = widths[i] - display_width(row[i].text);
      if (i > 0) line.append(fill, ' ');
      line += styled(row[i].text, row[i].style, color);
      if (i == 0 && last > 1) line.append(fill, ' ');
    }
    out += line + "\n";
  }
  return out;
}

}  // namespace whittle
