#include "tui/view.h"

#include <algorithm>

#include "base/strings.h"

namespace whittle::tui {

bool View::type(const Key& key, Request& request) {
  static_cast<void>(key);
  static_cast<void>(request);
  return false;
}

bool ListState::act(Action action, size_t count, size_t page) {
  size_t last = count == 0 ? 0 : count - 1;
  page = std::max<size_t>(page, 1);
  switch (action) {
    case Action::Up:
      selected -= selected > 0 ? 1 : 0;
      return true;
    case Action::Down:
      selected = std::min(selected + 1, last);
      return true;
    case Action::PageUp:
      selected -= std::min(selected, page);
      return true;
    case Action::PageDown:
      selected = std::min(selected + page, last);
      return true;
    case Action::First:
      selected = 0;
      return true;
    case Action::Last:
      selected = last;
      return true;
    default:
      return false;
  }
}

void ListState::settle(size_t count, size_t height) {
  selected = count == 0 ? 0 : std::min(selected, count - 1);
  top = std::min(top, selected);
  if (height > 0 && selected >= top + height) top = selected - height + 1;
  if (top + height > count) top = count > height ? count - height : 0;
}

void ListState::wheel(int rows, size_t count, size_t height) {
  auto moved = static_cast<int64_t>(top) + rows;
  auto most = static_cast<int64_t>(count > height ? count - height : 0);
  top = static_cast<size_t>(std::clamp<int64_t>(moved, 0, most));
  if (height > 0) selected = std::clamp(selected, top, top + height - 1);
}

std::vector<Line> render_text(ListState& state,
                              const std::vector<Line>& text,
                              size_t width,
                              size_t height) {
  state.top = std::min(state.top, text.size() > height ? text.size() - height : 0);
  std::vector<Line> lines;
  for (size_t i = state.top; i < text.size() && lines.size() < height; ++i) {
    lines.push_back(sized(text[i], width));
  }
  while (lines.size() < height) lines.push_back(blank_line(width));
  return lines;
}

bool scroll_text(ListState& state, Action action, size_t count, size_t height) {
  ListState moved{state.top, state.top};
  size_t most = count > height ? count - height : 0;
  if (!moved.act(action, most + 1, height)) return false;
  state.top = moved.selected;
  return true;
}

bool edit_text(std::string& text, const Key& key, size_t max_bytes) {
  if (key == "backspace" || key == "ctrl+h") {
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80)
      text.pop_back();
    if (!text.empty()) text.pop_back();
    return true;
  }
  if (key == "ctrl+u") {
    text.clear();
    return true;
  }
  std::string typed = key == "space" ? " " : key;
  bool is_one = !typed.empty() && is_valid_utf8(typed) &&
                std::count_if(typed.begin(), typed.end(), [](char c) {
                  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
                }) == 1;
  if (!is_one) return false;
  if (text.size() + typed.size() <= max_bytes) text += typed;
  return true;
}

}  // namespace whittle::tui
