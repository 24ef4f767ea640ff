#include "report/source_excerpt.h"

#include <algorithm>
#include <vector>

#include "base/strings.h"
#include "report/utf8.h"

namespace whittle {

namespace {

constexpr size_t kTabWidth = 4;
constexpr size_t kMinWidth = 20;
constexpr size_t kLongestLine = 4096;  // bytes; no terminal shows more
constexpr std::string_view kCut = "...";
// Of more lines than both together the ones between are left out.
constexpr uint32_t kFirstLines = 4;
constexpr uint32_t kLastLines = 1;

// What a character looks like.
struct Cell {
  std::string text;
  size_t width = 0;
  bool is_marked = false;
};

size_t width_of(const std::vector<Cell>& cells) {
  size_t width = 0;
  for (const Cell& cell : cells) width += cell.width;
  return width;
}

Cell cell_of(std::string_view character, size_t column) {
  Cell cell;
  cell.text =
      character == "\t" ? std::string(kTabWidth - column % kTabWidth, ' ') : printable(character);
  cell.width = display_width(cell.text);
  return cell;
}

// The cells from where at most `width` columns are left of the first mark, and no more than fit.
std::vector<Cell> cut_around_mark(std::vector<Cell> cells, size_t width) {
  if (width_of(cells) <= width) return cells;
  size_t before = 0;
  size_t first = 0;
  while (first < cells.size() && !cells[first].is_marked) before += cells[first++].width;
  size_t begin = 0;
  // Enough of the marked text is seen without moving?
  if (before + width / 4 > width) {
    for (size_t left = before; begin < first && left > width / 4; ++begin) {
      left -= cells[begin].width;
    }
  }
  std::vector<Cell> shown;
  size_t used = begin == 0 ? 0 : kCut.size();
  if (begin > 0) shown.push_back({std::string(kCut), kCut.size(), false});
  size_t at = begin;
  while (at < cells.size() && used + cells[at].width + kCut.size() <= width) {
    used += cells[at].width;
    shown.push_back(std::move(cells[at++]));
  }
  if (at < cells.size()) shown.push_back({std::string(kCut), kCut.size(), false});
  return shown;
}

class Excerpt {
 public:
  Excerpt(std::string_view text,
          const LineIndex& lines,
          Range range,
          Style mark,
          const RenderOptions& options)
      : text_(text), lines_(lines), mark_(mark), options_(options) {
    auto size = static_cast<uint32_t>(text.size());
    range_.end = std::min(range.end, size);
    range_.begin = std::min(range.begin, range_.end);
    first_ = lines.line_of(range_.begin);
    last_ = lines.line_of(range_.empty() ? range_.end : range_.end - 1);
    margin_ = std::to_string(last_).size();
    size_t taken = margin_ + 3;
    width_ = std::max<size_t>(options.width > taken ? options.width - taken : 0, kMinWidth);
  }

  std::string render() {
    add("", "");
    uint32_t count = last_ - first_ + 1;
    for (uint32_t line = first_; line <= last_; ++line) {
      if (count > kFirstLines + kLastLines && line == first_ + kFirstLines) {
        out_ += styled(std::string(kCut), Style::Dim, options_.color) + "\n";
        line = last_ - kLastLines + 1;
      }
      add_line(line);
    }
    return std::move(out_);
  }

 private:
  void add(std::string_view number, std::string_view text) {
    out_ += styled(pad_left(number, margin_) + " |", Style::Dim, options_.color);
    if (!text.empty()) out_ += " " + std::string(text);
    out_ += "\n";
  }

  bool is_in_range(uint32_t offset) const {
    return range_.empty() ? offset == range_.begin : range_.contains({offset, offset + 1});
  }

  // The part of a line that can be seen at all, from an offset of the text on.
  std::string_view line_text(uint32_t line, uint32_t& begin) const {
    begin = lines_.line_begin(line);
    std::string_view text = text_.substr(begin, lines_.line_begin(line + 1) - begin);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    uint32_t before = line == first_ ? range_.begin - begin : 0;
    if (text.size() > kLongestLine && before > kLongestLine / 4) {
      size_t skipped = std::min<size_t>(before, text.size()) - kLongestLine / 4;
      begin += static_cast<uint32_t>(skipped);
      text.remove_prefix(skipped);
    }
    return text.substr(0, kLongestLine);
  }

  // Marks leave out the indentation and the blanks at the end of all lines but the first.
  std::vector<Cell> cells_of(uint32_t line) const {
    uint32_t begin = 0;
    std::string_view text = line_text(line, begin);
    size_t drawn = line == first_ ? text.size() : trim_right(text).size();
    bool is_in_text = line == first_;
    bool has_mark = false;
    std::vector<Cell> cells;
    for (size_t at = 0, column = 0; at < text.size();) {
      std::string_view character =
          text.substr(at, std::max<size_t>(utf8_length(text.substr(at)), 1));
      Cell cell = cell_of(character, column);
      is_in_text = is_in_text || !is_blank(character[0]);
      cell.is_marked = is_in_text && at < drawn && is_in_range(begin + static_cast<uint32_t>(at));
      has_mark = has_mark || cell.is_marked;
      column += cell.width;
      at += character.size();
      cells.push_back(std::move(cell));
    }
    // A place at the end of the line, or a line end, is shown behind the text.
    if (line == first_ && !has_mark) cells.push_back({" ", 1, true});
    return cells;
  }

  void add_line(uint32_t line) {
    std::vector<Cell> cells = cut_around_mark(cells_of(line), width_);
    std::string shown;
    std::string carets;
    for (const Cell& cell : cells) {
      shown += cell.text;
      carets += std::string(cell.width, cell.is_marked ? '^' : ' ');
    }
    add(std::to_string(line), trim_right(shown));
    std::string_view drawn = trim_right(carets);
    if (drawn.empty()) return;
    size_t blanks = drawn.size() - trim_left(drawn).size();
    add("", std::string(blanks, ' ') + styled(drawn.substr(blanks), mark_, options_.color));
  }

  std::string_view text_;
  const LineIndex& lines_;
  Range range_;
  Style mark_;
  const RenderOptions& options_;
  uint32_t first_ = 1;
  uint32_t last_ = 1;
  size_t margin_ = 1;
  size_t width_ = 0;
  std::string out_;
};

}  // namespace

std::string source_excerpt(std::string_view text,
                           const LineIndex& lines,
                           Range range,
                           Style mark,
                           const RenderOptions& options) {
  return Excerpt(text, lines, range, mark, options).render();
}

}  // namespace whittle
