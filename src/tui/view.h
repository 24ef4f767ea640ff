// What all parts of the screen have in common: the image as far as it is known, and the interface
// of a view. Views are pure: keys and clicks change their state, render() draws it, and what
// concerns others they ask for by a Request.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/inspect.h"
#include "tui/keys.h"
#include "tui/range_view.h"
#include "tui/text.h"
#include "tui/timeline.h"

namespace whittle::tui {

struct Model {
  std::string target;
  std::shared_ptr<Exploration> image;        // null until it is open
  std::shared_ptr<const Analysis> analysis;  // null until all is read
  Timeline timeline;                         // of the layers that are there without a gap
  RangeCache ranges{timeline};
  KeyMap keys;

  size_t layer_count() const { return image == nullptr ? 0 : image->info().layers.size(); }

  bool has_range(LayerRange range) const { return range.last < timeline.layer_count(); }
};

// What a view wants from the whole.
struct Request {
  enum class Kind : uint8_t {
    None,
    Close,        // this popup
    ShowFile,     // `path` in the tree of `range`
    ShowHistory,  // of `path`
    ShowContent,  // of `path` after layer `range.last`; `hex`
    ShowDiff,     // of `path`, after `range.last` against after `range.first`
    Extract,      // `path` after `range.last`
    Platform,     // open `platform`
    Dimensions,   // the groups are to be made anew
    Search,       // `found` is what n and N go through
  };

  Kind kind = Kind::None;
  PathId path = kNoPath;
  LayerRange range;
  bool hex = false;
  Platform platform;
  std::vector<PathId> found;
};

// The selected one of a list, and the first that is shown.
struct ListState {
  size_t selected = 0;
  size_t top = 0;

  // Moves by a navigation action; false for any other.
  bool act(Action action, size_t count, size_t page);
  // Into the list, and into view: `height` rows.
  void settle(size_t count, size_t height);
  void wheel(int rows, size_t count, size_t height);
};

class View {
 public:
  virtual ~View() = default;
  virtual std::string title() const = 0;

  virtual std::string note() const { return ""; }  // at the right end of the title

  virtual Place place() const { return Place::Lists; }

  // `height` lines of `width` columns.
  virtual std::vector<Line> render(size_t width, size_t height, bool focused) = 0;
  virtual Request act(Action action) = 0;
  // Rows from the top of what render() drew last.
  virtual Request click(size_t row, size_t column, bool again) = 0;
  virtual void wheel(int rows) = 0;
  // Takes the key as text; false for keys that mean actions.
  virtual bool type(const Key& key, Request& request);
};

// Draws a list: `row` makes the line of an item. Remembers in `state` what is seen.
template <typename MakeRow>
std::vector<Line> render_list(
    ListState& state, size_t count, size_t width, size_t height, bool focused, const MakeRow& row) {
  state.settle(count, height);
  std::vector<Line> lines;
  for (size_t i = state.top; i < count && lines.size() < height; ++i) {
    Line line = row(i);
    if (i == state.selected) {
      line.highlight = focused ? Highlight::Selected : Highlight::SelectedElsewhere;
    }
    lines.push_back(std::move(line));
  }
  while (lines.size() < height) lines.push_back(blank_line(width));
  return lines;
}

// Lines of text, scrolled.
std::vector<Line> render_text(ListState& state,
                              const std::vector<Line>& text,
                              size_t width,
                              size_t height);
// Scrolling of such a text; false for other actions.
bool scroll_text(ListState& state, Action action, size_t count, size_t height);

// A text that is being typed. False for keys that are no text.
bool edit_text(std::string& text, const Key& key, size_t max_bytes);

}  // namespace whittle::tui
