#include "lsp/editor_text.h"

#include <algorithm>

#include "report/utf8.h"

namespace whittle {

namespace {

struct Character {
  uint32_t bytes;
  uint32_t units;
};

// The character in front of a text that is not empty. A byte that is no UTF-8 counts as one.
Character character_of(std::string_view text, PositionEncoding encoding) {
  auto length = static_cast<uint32_t>(utf8_length(text));
  if (length == 0) return {1, 1};
  if (encoding == PositionEncoding::Utf8) return {length, length};
  return {length, length == 4 ? 2U : 1U};
}

}  // namespace

EditorText::EditorText(std::string text, PositionEncoding encoding)
    : text_(std::move(text)), encoding_(encoding) {
  find_lines();
}

void EditorText::find_lines() {
  lines_.clear();
  uint32_t begin = 0;
  auto size = static_cast<uint32_t>(text_.size());
  for (uint32_t i = 0; i < size; ++i) {
    if (text_[i] != '\n' && text_[i] != '\r') continue;
    lines_.push_back({begin, i});
    if (text_[i] == '\r' && i + 1 < size && text_[i + 1] == '\n') ++i;
    begin = i + 1;
  }
  lines_.push_back({begin, size});
}

uint32_t EditorText::line_at(uint32_t offset) const {
  auto next =
      std::upper_bound(lines_.begin(), lines_.end(), offset, [](uint32_t at, const Line& line) {
        return at < line.begin;
      });
  return static_cast<uint32_t>(next - lines_.begin()) - 1;
}

uint32_t EditorText::offset(TextPosition position) const {
  if (position.line >= lines_.size()) return static_cast<uint32_t>(text_.size());
  const Line& line = lines_[position.line];
  std::string_view rest = std::string_view(text_).substr(line.begin, line.end - line.begin);
  uint32_t units = 0;
  while (!rest.empty()) {
    Character next = character_of(rest, encoding_);
    if (next.units > position.character - units) break;
    units += next.units;
    rest.remove_prefix(next.bytes);
  }
  return line.end - static_cast<uint32_t>(rest.size());
}

Range EditorText::range(TextSpan span) const {
  uint32_t begin = offset(span.begin);
  uint32_t end = offset(span.end);
  return {std::min(begin, end), std::max(begin, end)};
}

TextPosition EditorText::position(uint32_t offset) const {
  offset = std::min(offset, static_cast<uint32_t>(text_.size()));
  uint32_t number = line_at(offset);
  const Line& line = lines_[number];
  std::string_view before =
      std::string_view(text_).substr(line.begin, std::min(offset, line.end) - line.begin);
  std::string_view rest = std::string_view(text_).substr(line.begin);
  uint32_t units = 0;
  for (uint32_t at = 0; at < before.size();) {
    Character next = character_of(rest.substr(at), encoding_);
    if (next.bytes > before.size() - at) break;
    at += next.bytes;
    units += next.units;
  }
  return {number, units};
}

TextSpan EditorText::span(Range range) const {
  return {position(range.begin), position(range.end)};
}

void EditorText::apply(const TextChange& change) {
  if (change.span) {
    Range place = range(*change.span);
    text_.replace(place.begin, place.size(), change.text);
  } else {
    text_ = change.text;
  }
  find_lines();
}

}  // namespace whittle
