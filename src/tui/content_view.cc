#include "tui/content_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"

namespace whittle::tui {

namespace {

constexpr size_t kLooked = 8 << 10;
constexpr size_t kMaxShownOfLine = 4 << 10;  // bytes of one line that are drawn
constexpr size_t kStep = 16;
constexpr size_t kTab = 8;

bool is_odd_control(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 && c != '\n' && c != '\t' && c != '\r' && c != '\f' && c != 0x1B;
}

std::string expand_tabs(std::string_view line) {
  std::string out;
  for (char c : line) {
    if (c == '\t') {
      out.append(kTab - out.size() % kTab, ' ');
    } else {
      out.push_back(c);
    }
  }
  return out;
}

size_t digits_of(size_t number) {
  return fmt::format("{}", number).size();
}

}  // namespace

bool is_text(std::string_view content) {
  std::string_view start = content.substr(0, kLooked);
  // A character may be cut in two at the end of what is looked at.
  for (int i = 0; i < 3 && start.size() < content.size() && !start.empty(); ++i) {
    if (is_valid_utf8(start)) break;
    start.remove_suffix(1);
  }
  auto odd = static_cast<size_t>(std::count_if(start.begin(), start.end(), is_odd_control));
  return !contains(start, std::string_view("\0", 1)) && is_valid_utf8(start) &&
         odd * 100 <= start.size();
}

ContentView::ContentView(std::string title, std::string content, Form form)
    : title_(std::move(title)), content_(std::move(content)), form_(form) {
  starts_.push_back(0);
  for (size_t at = content_.find('\n'); at != std::string::npos; at = content_.find('\n', at + 1)) {
    starts_.push_back(at + 1);
  }
  if (starts_.back() != content_.size()) starts_.push_back(content_.size());
}

size_t ContentView::row_count() const {
  if (form_ == Form::Hex) return (content_.size() + bytes_per_row_ - 1) / bytes_per_row_;
  return starts_.size() - 1;
}

std::string ContentView::note() const {
  std::string_view unit = form_ == Form::Hex    ? "bytes"
                          : form_ == Form::Diff ? "difference"
                                                : "text";
  if (row_count() == 0) return form_ == Form::Diff ? "no difference" : "empty";
  size_t last = std::min(state_.top + height_, row_count());
  return fmt::format("{}, {}, {} %", unit, format_bytes(content_.size()), 100 * last / row_count());
}

std::string_view ContentView::text_row(size_t row) const {
  std::string_view line =
      std::string_view(content_).substr(starts_[row], starts_[row + 1] - starts_[row]);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Role ContentView::role_of(std::string_view text) const {
  if (form_ != Form::Diff) return Role::Plain;
  if (text.starts_with("@@")) return Role::Accent;
  if (text.starts_with("+++") || text.starts_with("---")) return Role::Strong;
  if (text.starts_with('+')) return Role::Added;
  return text.starts_with('-') ? Role::Removed : Role::Plain;
}

Line ContentView::hex_row(size_t row, size_t width) const {
  std::string_view bytes = std::string_view(content_).substr(row * bytes_per_row_, bytes_per_row_);
  std::string hex;
  std::string text;
  for (size_t i = 0; i < bytes_per_row_; ++i) {
    if (i % 8 == 0) hex += ' ';
    if (i >= bytes.size()) {
      hex += "   ";
      continue;
    }
    hex += fmt::format("{:02x} ", static_cast<unsigned char>(bytes[i]));
    text += bytes[i] >= 0x20 && bytes[i] < 0x7F ? bytes[i] : '.';
  }
  LineBuilder line(width);
  line.add(fmt::format(" {:08x} ", row * bytes_per_row_), Role::Dim).add(hex);
  return line.add(" ").add(text, Role::Accent).done();
}

std::vector<Line> ContentView::text_lines(size_t row, size_t width) const {
  std::string_view raw = text_row(row);
  size_t number_width = form_ == Form::Diff ? 0 : std::max<size_t>(digits_of(row_count()), 3);
  std::string number = form_ == Form::Diff ? "" : fmt::format("{}", row + 1);
  std::string text =
      shown(expand_tabs(raw.substr(0, std::max(kMaxShownOfLine, column_ + 2 * width))));
  size_t room = width > number_width + 2 ? width - number_width - 2 : 1;
  std::vector<std::string> parts;
  if (wraps_) {
    parts = chopped(text, room);
  } else {
    std::vector<std::string> cut = chopped(text, std::max<size_t>(column_, 1));
    size_t skipped = column_ == 0 ? 0 : cut[0].size();
    parts.push_back(column_ > 0 && cut.size() == 1 ? "" : text.substr(skipped));
  }
  std::vector<Line> lines;
  for (size_t i = 0; i < parts.size(); ++i) {
    LineBuilder line(width);
    line.right(i == 0 ? number : "", number_width, Role::Dim).add(number_width > 0 ? "  " : " ");
    lines.push_back(line.add(parts[i], role_of(raw)).done());
  }
  return lines;
}

std::vector<Line> ContentView::render(size_t width, size_t height, bool focused) {
  static_cast<void>(focused);
  height_ = std::max<size_t>(height, 1);
  size_t bytes = width >= 78 ? 16 : 8;
  if (bytes != bytes_per_row_ && form_ == Form::Hex)
    state_.top = state_.top * bytes_per_row_ / bytes;
  bytes_per_row_ = bytes;
  state_.top = std::min(state_.top, row_count() > height_ ? row_count() - height_ : 0);
  std::vector<Line> lines;
  if (row_count() == 0)
    lines.push_back(text_line(form_ == Form::Diff ? " no difference" : " empty", width, Role::Dim));
  for (size_t i = state_.top; i < row_count() && lines.size() < height; ++i) {
    if (form_ == Form::Hex) {
      lines.push_back(hex_row(i, width));
      continue;
    }
    for (Line& line : text_lines(i, width)) lines.push_back(std::move(line));
  }
  lines.resize(height, blank_line(width));
  return lines;
}

Request ContentView::act(Action action) {
  if (scroll_text(state_, action, row_count(), height_)) return {};
  Request close;
  close.kind = Request::Kind::Close;
  switch (action) {
    case Action::Hex:
      if (form_ == Form::Diff) return {};
      form_ = form_ == Form::Hex ? Form::Text : Form::Hex;
      state_.top = 0;
      return {};
    case Action::ToggleWrap:
      wraps_ = !wraps_;
      column_ = 0;
      return {};
    case Action::Right:
      if (!wraps_ && form_ != Form::Hex) column_ += kStep;
      return {};
    case Action::Left:
      if (column_ == 0) return close;
      column_ -= std::min(column_, kStep);
      return {};
    case Action::Open:
      return close;
    default:
      return {};
  }
}

Request ContentView::click(size_t row, size_t column, bool again) {
  static_cast<void>(row);
  static_cast<void>(column);
  static_cast<void>(again);
  return {};
}

void ContentView::wheel(int rows) {
  state_.selected = state_.top;
  state_.wheel(rows, row_count(), height_);
}

}  // namespace whittle::tui
