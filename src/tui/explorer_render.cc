// Where everything is on the screen: a headline, the left column (layers, layer, image), the main
// pane with its five views, and a line of keys. A popup takes the place of all panes.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/strings.h"
#include "report/text_layout.h"
#include "tui/explorer.h"
#include "tui/help_view.h"
#include "tui/platforms_view.h"

namespace whittle::tui {

namespace {

constexpr size_t kTwoColumnsFrom = 60;
constexpr size_t kHeadlineFrom = 24;  // columns for more than the image's name
constexpr size_t kMaxLeft = 84;
constexpr size_t kSummaryHeight = 9;  // of the image, title included
constexpr size_t kDetailsHeight = 7;

constexpr std::array<std::string_view, 5> kTabs = {"Files", "Waste", "Packages", "Groups", "Image"};

// A row of the screen: the highlight of a part must not spread to its neighbours.
void put(Line& row, Line part) {
  for (Span& span : part.spans) {
    if (part.highlight != Highlight::None) span.highlight = part.highlight;
    row.spans.push_back(std::move(span));
  }
}

std::string size_and_efficiency(const Analysis& analysis) {
  double share = std::floor(100 * analysis.total.efficiency());
  return fmt::format("{}, {:.0f} % efficient", format_bytes(analysis.total.stored), share);
}

}  // namespace

Line Explorer::header(size_t width) const {
  std::string right;
  Role role = Role::Caution;
  if (has_failed_) {
    right = "not read to the end";
    role = Role::Bad;
  } else if (model_.image == nullptr) {
    right = last_progress_.empty() ? "opening" : last_progress_;
  } else if (model_.analysis == nullptr) {
    right = fmt::format(
        "{} of {} read", model_.timeline.layer_count(), count_of(model_.layer_count(), "layer"));
    if (!last_progress_.empty()) right = last_progress_ + ", " + right;
  } else {
    right = size_and_efficiency(*model_.analysis);
    role = model_.analysis->total.efficiency() >= 0.95 ? Role::Good : Role::Caution;
  }
  LineBuilder line(width);
  right = width < kHeadlineFrom ? "" : fit(shown(right), width / 2);
  size_t kept = display_width(right) + 2;
  std::string facts;
  if (model_.image != nullptr) {
    facts = "  " + platform_text(model_.image->info().config.platform) + ", " +
            count_of(model_.layer_count(), "layer");
  }
  size_t room = line.left() > kept + 1 ? line.left() - kept - 1 : 0;
  std::string target = fit_end(shown(model_.target), room);
  line.add(" ").add(target, Role::Strong);
  size_t left = room - std::min(room, display_width(target));
  if (display_width(facts) <= left) line.add(facts, Role::Dim);
  line.fill(" ", kept);
  return line.add(right, role).add(" ").done();
}

Line Explorer::prompt_line(size_t width) {
  LineBuilder line(width);
  switch (prompt_->kind) {
    case Prompt::Kind::Filter: {
      std::string problem = tree_->filter_problem();
      std::string note = problem.empty() ? count_of(tree_->row_count(), "row") : problem;
      size_t kept = std::min(display_width(note) + 3, width / 2);
      line.add(" filter ", Role::Hotkey);
      size_t room = line.left() > kept ? line.left() - kept : 0;
      line.add(fit_end(shown(prompt_->text), room > 0 ? room - 1 : 0))
          .add("▏", Role::Accent)
          .fill(" ", kept);
      return line.add(" ").add(note, problem.empty() ? Role::Dim : Role::Bad).done();
    }
    case Prompt::Kind::ExtractTo:
      line.add(
          fmt::format(" write {} to folder ", fit_end(shown_path(prompt_->about.path), width / 3)),
          Role::Hotkey);
      return line.add(fit_end(shown(prompt_->text), line.left() > 1 ? line.left() - 1 : 0))
          .add("▏", Role::Accent)
          .done();
    case Prompt::Kind::Replace:
      return line.add(" " + prompt_->before + ". Replace? ", Role::Caution)
          .add("y", Role::Hotkey)
          .add(" / ")
          .add("n", Role::Hotkey)
          .done();
  }
  return line.done();
}

Line Explorer::footer(size_t width) {
  if (prompt_) return prompt_line(width);
  if (!busy_.empty()) return text_line(" " + busy_ + " …", width, Role::Caution);
  if (!message_.empty())
    return text_line(" " + message_, width, is_problem_ ? Role::Bad : Role::Accent);
  return key_hints(model_.keys, focused_view().place(), !popups_.empty(), width);
}

Line Explorer::pane_title(View& view, bool focused, size_t width) const {
  std::string note = fit(view.note(), width / 2);
  LineBuilder line(width);
  size_t kept = note.empty() ? 0 : display_width(note) + 2;
  std::string title = fit(view.title(), width > kept + 3 ? width - kept - 3 : width);
  line.add(" " + title + " ", focused ? Role::TitleFocused : Role::Title)
      .fill("─", kept, Role::Dim);
  if (!note.empty()) line.add(" " + note + " ", Role::Dim);
  return line.done();
}

// The main pane's title: its views, the one that is shown standing out.
Line Explorer::tabs(bool focused, size_t x, size_t y, size_t width) {
  size_t all = 0;
  for (std::string_view tab : kTabs) all += tab.size() + 3;
  bool is_short = all > width + 1;
  LineBuilder line(width);
  for (size_t i = 0; i < kTabs.size(); ++i) {
    bool is_shown = i == main_;
    size_t from = width - line.left();
    Role role = !is_shown ? Role::Dim : focused ? Role::TitleFocused : Role::Title;
    std::string text = fmt::format("{}", i + 1);
    if (!is_short || is_shown) text += " " + std::string(kTabs[i]);
    if (i > 0) line.add(" ");
    line.add(text, role);
    regions_.push_back(
        {x + from, y, width - line.left() - from, 1, Focus::Main, static_cast<int>(i)});
  }
  std::string note = main_view().note();
  if (display_width(note) + 4 > line.left()) note.clear();
  size_t kept = note.empty() ? 0 : display_width(note) + 2;
  line.add(" ").fill("─", kept, Role::Dim);
  if (!note.empty()) line.add(" " + note + " ", Role::Dim);
  return line.done();
}

std::vector<Line> Explorer::pane(Focus focus, size_t x, size_t y, size_t width, size_t height) {
  bool is_focused = focus_ == focus && popups_.empty();
  std::vector<Line> lines;
  if (height == 0) return lines;
  lines.push_back(focus == Focus::Main ? tabs(is_focused, x, y, width)
                                       : pane_title(view_of(focus), is_focused, width));
  regions_.push_back({x, y + 1, width, height - 1, focus, -1});
  for (Line& line : view_of(focus).render(width, height - 1, is_focused))
    lines.push_back(std::move(line));
  return lines;
}

std::vector<Line> Explorer::left_column(size_t width, size_t height) {
  size_t image = height >= 20 ? std::min(kSummaryHeight, height / 3) : 0;
  size_t wanted = model_.layer_count() + 2;
  size_t details = height - image >= 12 ? kDetailsHeight : 0;
  size_t layers = height - image - details;
  // Few layers leave their room to what is below.
  if (details > 0 && wanted < layers) {
    size_t spare = layers - std::max<size_t>(wanted, 4);
    layers -= spare;
    details += image == 0 ? spare : spare - spare / 2;
    image += image == 0 ? 0 : spare / 2;
  }
  bool is_hidden =
      (details == 0 && focus_ == Focus::Layer) || (image == 0 && focus_ == Focus::Image);
  if (is_hidden) focus_ = Focus::Layers;
  std::vector<Line> lines = pane(Focus::Layers, 0, 1, width, layers);
  for (Line& line : pane(Focus::Layer, 0, 1 + layers, width, details))
    lines.push_back(std::move(line));
  for (Line& line : pane(Focus::Image, 0, 1 + layers + details, width, image))
    lines.push_back(std::move(line));
  return lines;
}

std::vector<Line> Explorer::body(size_t width, size_t height) {
  if (!popups_.empty()) {
    View& view = *popups_.back();
    std::vector<Line> lines;
    if (height > 0) lines.push_back(pane_title(view, true, width));
    regions_.push_back({0, 2, width, height > 0 ? height - 1 : 0, Focus::Main, -1});
    for (Line& line : view.render(width, height > 0 ? height - 1 : 0, true))
      lines.push_back(std::move(line));
    return lines;
  }
  if (is_zoomed_ || width < kTwoColumnsFrom) return pane(focus_, 0, 1, width, height);
  size_t left = std::min(width * 45 / 100, kMaxLeft);
  std::vector<Line> column = left_column(left, height);
  std::vector<Line> main = pane(Focus::Main, left + 1, 1, width - left - 1, height);
  std::vector<Line> lines;
  for (size_t i = 0; i < height; ++i) {
    Line row;
    put(row, i < column.size() ? std::move(column[i]) : blank_line(left));
    put(row, text_line("│", 1, Role::Dim));
    put(row, i < main.size() ? std::move(main[i]) : blank_line(width - left - 1));
    lines.push_back(std::move(row));
  }
  return lines;
}

std::vector<Line> Explorer::render(size_t width, size_t height) {
  regions_.clear();
  std::vector<Line> lines;
  if (width == 0 || height == 0) return lines;
  lines.push_back(header(width));
  if (height > 2) {
    for (Line& line : body(width, height - 2)) {
      Line row;
      put(row, sized(std::move(line), width));
      lines.push_back(std::move(row));
    }
  }
  if (height > 1) lines.push_back(footer(width));
  return lines;
}

}  // namespace whittle::tui
