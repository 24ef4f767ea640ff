// What a view draws: lines of styled spans. A role says what a text means; the terminal decides how
// that looks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whittle::tui {

enum class Role : uint8_t {
  Plain,
  Dim,
  Strong,
  Title,         // of a pane
  TitleFocused,  // of the pane that has the keys
  Added,
  Removed,
  Modified,
  Good,
  Bad,
  Caution,
  Accent,
  Match,     // found text
  RangeLow,  // layers that are compared with
  RangeTop,  // layers of the range
  Hotkey,    // a key of the help
};

enum class Highlight : uint8_t { None, Selected, SelectedElsewhere /* the pane has no keys */ };

struct Span {
  std::string text;  // UTF-8 without control characters
  Role role = Role::Plain;
  Highlight highlight = Highlight::None;
};

struct Line {
  std::vector<Span> spans;
  Highlight highlight = Highlight::None;

  std::string text() const;  // without styles
  size_t width() const;
};

// Foreign bytes for the screen: control characters, broken UTF-8 and marks that reorder or hide
// text as \xNN.
std::string shown(std::string_view foreign);

// At most `width` columns; what is cut off at the end shows as an ellipsis.
std::string fit(std::string_view text, size_t width);
// The same, cut off at the front: the end of a path tells more than its beginning.
std::string fit_end(std::string_view text, size_t width);
// Pieces of at most `width` columns, broken anywhere; never empty.
std::vector<std::string> chopped(std::string_view text, size_t width);

// "41.3 MiB" in at most 8 columns, "0" for nothing.
std::string short_bytes(uint64_t bytes);
// "12 %", "<1 %"; "" for a part of nothing.
std::string percent(uint64_t part, uint64_t whole);

// Builds a line of exactly `width` columns.
class LineBuilder {
 public:
  explicit LineBuilder(size_t width) : width_(width) {}

  size_t left() const { return width_ - used_; }

  // What does not fit is cut off.
  LineBuilder& add(std::string_view text, Role role = Role::Plain);
  // In a column of its own, padded on the right or, `right`, on the left.
  LineBuilder& column(std::string_view text, size_t width, Role role = Role::Plain);
  LineBuilder& right(std::string_view text, size_t width, Role role = Role::Plain);
  // `text` until `width - kept` columns are used: room for what comes at the right end.
  LineBuilder& fill(std::string_view text, size_t kept, Role role = Role::Plain);
  Line done();
  // The same with a note at the right end, when there is room for all of it.
  Line done_with(std::string_view note);

 private:
  size_t width_;
  size_t used_ = 0;
  Line line_;
};

Line blank_line(size_t width);
Line text_line(std::string_view text, size_t width, Role role = Role::Plain);
// Cut or padded to `width` columns.
Line sized(Line line, size_t width);
void append(Line& line, Line more);

}  // namespace whittle::tui
