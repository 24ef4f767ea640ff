#include "tui/help_view.h"

#include <algorithm>

#include "report/text_layout.h"

namespace whittle::tui {

namespace {

constexpr size_t kKeysWidth = 18;

struct Section {
  Place place;
  std::string_view title;
};

constexpr Section kSections[] = {{Place::Everywhere, "Everywhere"},
                                 {Place::Layers, "Layers"},
                                 {Place::Files, "Files"},
                                 {Place::Lists, "Waste, packages, groups"},
                                 {Place::Viewer, "Looking into a file"}};

struct Hint {
  Action action;
  Place place;
  std::string_view text;
};

constexpr Hint kLayerHints[] = {{Action::NextPane, Place::Everywhere, "files"},
                                {Action::CompareAll, Place::Layers, "all changes"},
                                {Action::MarkRange, Place::Layers, "range"},
                                {Action::Find, Place::Everywhere, "find"},
                                {Action::Help, Place::Everywhere, "help"},
                                {Action::Quit, Place::Everywhere, "quit"},
                                {Action::CompareLayer, Place::Layers, "one layer"},
                                {Action::Zoom, Place::Everywhere, "zoom"}};
constexpr Hint kFileHints[] = {{Action::NextPane, Place::Everywhere, "layers"},
                               {Action::Find, Place::Everywhere, "find"},
                               {Action::Filter, Place::Everywhere, "filter"},
                               {Action::History, Place::Files, "history"},
                               {Action::Sort, Place::Files, "sort"},
                               {Action::Help, Place::Everywhere, "help"},
                               {Action::Quit, Place::Everywhere, "quit"},
                               {Action::Extract, Place::Files, "extract"},
                               {Action::Zoom, Place::Everywhere, "zoom"}};
constexpr Hint kListHints[] = {{Action::Open, Place::Everywhere, "open"},
                               {Action::History, Place::Lists, "history"},
                               {Action::Dimension, Place::Lists, "other groups"},
                               {Action::Help, Place::Everywhere, "help"},
                               {Action::Quit, Place::Everywhere, "quit"},
                               {Action::Zoom, Place::Everywhere, "zoom"}};
constexpr Hint kHistoryHints[] = {{Action::Back, Place::Everywhere, "back"},
                                  {Action::Open, Place::Everywhere, "show in tree"},
                                  {Action::View, Place::Files, "view"},
                                  {Action::Diff, Place::Files, "difference"},
                                  {Action::Extract, Place::Files, "extract"}};
constexpr Hint kViewerHints[] = {{Action::Back, Place::Everywhere, "back"},
                                 {Action::Hex, Place::Viewer, "text or bytes"},
                                 {Action::ToggleWrap, Place::Viewer, "wrap"},
                                 {Action::PageDown, Place::Viewer, "page"}};
constexpr Hint kPopupHints[] = {{Action::Back, Place::Everywhere, "back"},
                                {Action::Open, Place::Everywhere, "open"}};

template <size_t N>
Line line_of(const Hint (&hints)[N], const KeyMap& keys, size_t width) {
  LineBuilder line(width);
  for (const Hint& hint : hints) {
    std::string key = keys.first_key(hint.action, hint.place);
    if (hint.action == Action::Quit && !keys.keys_of(hint.action, hint.place).empty()) {
      std::string all = keys.keys_of(hint.action, hint.place);
      key = all.substr(all.rfind(' ') + 1);
    }
    size_t needed = display_width(key) + display_width(hint.text) + 4;
    if (key.empty() || needed > line.left()) continue;
    line.add(" ").add(key, Role::Hotkey).add(" ").add(hint.text, Role::Dim).add(" ");
  }
  return line.done();
}

}  // namespace

std::vector<Line> help_text(const KeyMap& keys, size_t width) {
  std::vector<Line> lines;
  for (const Section& section : kSections) {
    if (!lines.empty()) lines.push_back(blank_line(width));
    lines.push_back(text_line(" " + std::string(section.title), width, Role::Strong));
    for (const ActionInfo& row : action_table()) {
      if (row.place != section.place || row.help.empty()) continue;
      LineBuilder line(width);
      line.add("  ").column(
          keys.keys_of(row.action, row.place), std::min(kKeysWidth, width / 2), Role::Hotkey);
      lines.push_back(line.add(" ").add(row.help).done());
    }
  }
  lines.push_back(blank_line(width));
  for (const std::string& text : wrapped("Signs in the tree: + added, - removed, ~ changed by the "
                                         "layers that are marked in the list of layers. "
                                         "Lost: share of a layer that is in no file of the image. "
                                         "Packed: compressed size, ~ estimated. "
                                         "A click selects, another one opens; the wheel scrolls.",
                                         std::max<size_t>(width, 3) - 2)) {
    lines.push_back(text_line(" " + text, width, Role::Dim));
  }
  return lines;
}

Line key_hints(const KeyMap& keys, Place place, bool is_popup, size_t width) {
  switch (place) {
    case Place::Layers:
      return line_of(kLayerHints, keys, width);
    case Place::Files:
      return is_popup ? line_of(kHistoryHints, keys, width) : line_of(kFileHints, keys, width);
    case Place::Viewer:
      return line_of(kViewerHints, keys, width);
    default:
      return is_popup ? line_of(kPopupHints, keys, width) : line_of(kListHints, keys, width);
  }
}

}  // namespace whittle::tui
