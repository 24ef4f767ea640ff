#include "tui/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "report/text_layout.h"

namespace whittle::tui {

namespace {

constexpr std::string_view kEllipsis = "…";

size_t length_at(std::string_view text) {
  auto lead = static_cast<unsigned char>(text[0]);
  size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  return std::min(length, text.size());
}

bool is_ascii(std::string_view text) {
  return std::all_of(
      text.begin(), text.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
}

size_t width_of(std::string_view text) {
  return is_ascii(text) ? text.size() : display_width(text);
}

// Bytes of the longest start that takes at most `width` columns.
size_t prefix_within(std::string_view text, size_t width) {
  size_t used = 0;
  size_t at = 0;
  while (at < text.size()) {
    size_t length = length_at(text.substr(at));
    used += display_width(text.substr(at, length));
    if (used > width) break;
    at += length;
  }
  return at;
}

// Marks without a width that change how the text around them is read (Unicode's bidirectional and
// join controls, U+200B to U+200F, U+202A to U+202E, U+2060 to U+2069), and U+FEFF.
bool is_trick(std::string_view point) {
  if (point.size() != 3) return false;
  auto byte = [&](size_t i) { return static_cast<unsigned char>(point[i]); };
  if (byte(0) == 0xEF) return byte(1) == 0xBB && byte(2) == 0xBF;
  if (byte(0) != 0xE2) return false;
  if (byte(1) == 0x80)
    return (byte(2) >= 0x8B && byte(2) <= 0x8F) || (byte(2) >= 0xA8 && byte(2) <= 0xAE);
  return byte(1) == 0x81 && byte(2) >= 0xA0 && byte(2) <= 0xA9;
}

}  // namespace

std::string Line::text() const {
  std::string all;
  for (const Span& span : spans) all += span.text;
  return all;
}

size_t Line::width() const {
  size_t width = 0;
  for (const Span& span : spans) width += width_of(span.text);
  return width;
}

std::string shown(std::string_view foreign) {
  std::string text = printable(foreign);
  if (is_ascii(text)) return text;
  std::string out;
  for (size_t at = 0; at < text.size();) {
    size_t length = length_at(std::string_view(text).substr(at));
    std::string_view point = std::string_view(text).substr(at, length);
    if (is_trick(point)) {
      for (char c : point) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += point;
    }
    at += length;
  }
  return out;
}

std::string fit(std::string_view text, size_t width) {
  if (width_of(text) <= width) return std::string(text);
  if (width == 0) return "";
  return std::string(text.substr(0, prefix_within(text, width - 1))) + std::string(kEllipsis);
}

std::string fit_end(std::string_view text, size_t width) {
  size_t all = width_of(text);
  if (all <= width) return std::string(text);
  if (width == 0) return "";
  size_t at = 0;
  while (at < text.size() && all > width - 1) {
    size_t length = length_at(text.substr(at));
    all -= display_width(text.substr(at, length));
    at += length;
  }
  return std::string(kEllipsis) + std::string(text.substr(at));
}

std::vector<std::string> chopped(std::string_view text, size_t width) {
  std::vector<std::string> pieces;
  while (width > 0 && !text.empty()) {
    size_t length = std::max(prefix_within(text, width), length_at(text));
    pieces.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  if (pieces.empty()) pieces.emplace_back();
  return pieces;
}

std::string short_bytes(uint64_t bytes) {
  static constexpr std::array<std::string_view, 7> kUnits = {
      "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1000) return bytes == 0 ? "0" : fmt::format("{} B", bytes);
  auto value = static_cast<double>(bytes);
  size_t unit = 0;
  while (value >= 999.5 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", value, value < 99.95 ? 1 : 0, kUnits[unit]);
}

std::string percent(uint64_t part, uint64_t whole) {
  if (whole == 0) return "";
  if (part == 0) return "0 %";
  double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  if (share < 1) return "<1 %";
  return share > 99 && part < whole ? "99 %" : fmt::format("{:.0f} %", share);
}

LineBuilder& LineBuilder::add(std::string_view text, Role role) {
  std::string fitting = fit(text, left());
  if (fitting.empty()) return *this;
  used_ += width_of(fitting);
  line_.spans.push_back({std::move(fitting), role, Highlight::None});
  return *this;
}

LineBuilder& LineBuilder::column(std::string_view text, size_t width, Role role) {
  return add(pad_right(fit(text, width), width), role);
}

LineBuilder& LineBuilder::right(std::string_view text, size_t width, Role role) {
  return add(pad_left(fit(text, width), width), role);
}

LineBuilder& LineBuilder::fill(std::string_view text, size_t kept, Role role) {
  size_t width = left() > kept ? left() - kept : 0;
  std::string line;
  while (!text.empty() && width_of(line) < width) line += text;
  return add(line.substr(0, prefix_within(line, width)), role);
}

Line LineBuilder::done() {
  if (left() > 0) line_.spans.push_back({std::string(left(), ' '), Role::Plain, Highlight::None});
  used_ = width_;
  return std::move(line_);
}

Line LineBuilder::done_with(std::string_view note) {
  size_t kept = width_of(note) + 1;
  if (left() > kept) fill(" ", kept).add(note, Role::Dim);
  return done();
}

Line blank_line(size_t width) {
  return LineBuilder(width).done();
}

Line text_line(std::string_view text, size_t width, Role role) {
  return LineBuilder(width).add(text, role).done();
}

Line sized(Line line, size_t width) {
  LineBuilder builder(width);
  for (const Span& span : line.spans) builder.add(span.text, span.role);
  Line result = builder.done();
  result.highlight = line.highlight;
  return result;
}

void append(Line& line, Line more) {
  for (Span& span : more.spans) line.spans.push_back(std::move(span));
}

}  // namespace whittle::tui
