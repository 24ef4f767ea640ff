// The text of an editor's buffer: positions as the Language Server Protocol counts them, and edits.
// Source: LSP 3.17, "Position", "TextDocumentContentChangeEvent". A line ends with "\n", "\r\n" or
// "\r".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/source.h"

namespace whittle {

// What `character` counts: bytes, or 16-bit units.
enum class PositionEncoding { Utf8, Utf16 };

// 0-based.
struct TextPosition {
  uint32_t line = 0;
  uint32_t character = 0;
  bool operator==(const TextPosition&) const = default;
};

struct TextSpan {
  TextPosition begin;
  TextPosition end;
  bool operator==(const TextSpan&) const = default;
};

// One change: of a span, or of everything.
struct TextChange {
  std::optional<TextSpan> span;
  std::string text;
};

class EditorText {
 public:
  EditorText() : EditorText("", PositionEncoding::Utf16) {}

  EditorText(std::string text, PositionEncoding encoding);

  const std::string& text() const { return text_; }

  // Positions behind the end of a line or of the text count as that end; one inside of a character
  // as its begin.
  uint32_t offset(TextPosition position) const;
  // The range of a span; its ends may stand in any order.
  Range range(TextSpan span) const;
  // Of an offset inside of a line end: the place in front of it.
  TextPosition position(uint32_t offset) const;
  TextSpan span(Range range) const;

  void apply(const TextChange& change);

 private:
  struct Line {
    uint32_t begin;
    uint32_t end;  // without the line end
  };

  void find_lines();
  uint32_t line_at(uint32_t offset) const;

  std::string text_;
  PositionEncoding encoding_;
  std::vector<Line> lines_;
};

}  // namespace whittle
