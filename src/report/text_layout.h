// Text in columns of a terminal: how wide it is, cutting, padding, wrapping, colours.
// Input is UTF-8 without control characters (see printable() of base/strings.h).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace whittle {

// Columns a terminal uses for the text: 0 for combining marks, 2 for East Asian wide characters and
// emoji.
size_t display_width(std::string_view text);
// At most `width` columns; what is cut off ends in "...".
std::string truncated(std::string_view text, size_t width);
// Padded with blanks to `width` columns; longer text is left alone.
std::string pad_right(std::string_view text, size_t width);
std::string pad_left(std::string_view text, size_t width);
// Lines of at most `width` columns, broken at blanks; a longer word has a line of its own. Never
// empty.
std::vector<std::string> wrapped(std::string_view text, size_t width);
// The wrapped text with `first` in front of the first line and as many blanks in front of the
// others; ends in "\n".
std::string indented(std::string_view first, std::string_view text, size_t width);

enum class Style { Plain, Bold, Dim, Good, Bad, Caution, Heading };
// The text between ANSI codes when `color`, else as it is.
std::string styled(std::string_view text, Style style, bool color);

// Rows of cells, aligned: the first column left, the others right, two blanks between, no blanks at
// line ends.
class TextTable {
 public:
  struct Cell {
    std::string text;
    Style style = Style::Plain;
  };

  void add_row(std::vector<Cell> cells) { rows_.push_back(std::move(cells)); }

  // `indent` blanks before every line.
  std::string render(size_t indent, bool color) const;

 private:
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace whittle
