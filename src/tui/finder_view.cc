#include "tui/finder_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "report/text_layout.h"
#include "tui/search.h"

namespace whittle::tui {

namespace {

constexpr size_t kMaxWanted = 100;
constexpr size_t kMaxHits = 1000;

}  // namespace

FinderView::FinderView(Model& model, LayerRange range) : model_(model), range_(range) {
  view_ = model.ranges.get(range);
}

std::string FinderView::note() const {
  return wanted_.empty() ? "" : count_of(hit_count_, "path");
}

void FinderView::search() {
  std::vector<Hit> hits;
  for (uint32_t i = 1; !wanted_.empty() && i < view_->change.size(); ++i) {
    if (view_->change[i] == Change::Absent) continue;
    int score = fuzzy_score(wanted_, model_.timeline.path(PathId{i}));
    if (score > 0) hits.push_back({PathId{i}, score});
  }
  hit_count_ = hits.size();
  auto better = [](const Hit& a, const Hit& b) {
    return a.score != b.score ? a.score > b.score : a.path < b.path;
  };
  size_t kept = std::min(hits.size(), kMaxHits);
  std::partial_sort(hits.begin(), hits.begin() + static_cast<ptrdiff_t>(kept), hits.end(), better);
  hits.resize(kept);
  hits_ = std::move(hits);
  list_ = {};
}

bool FinderView::type(const Key& key, Request& request) {
  static_cast<void>(request);
  if (!edit_text(wanted_, key, kMaxWanted)) return false;
  search();
  return true;
}

Line FinderView::row(size_t index, size_t width) const {
  PathId id = hits_[index].path;
  std::string path = model_.timeline.path(id);
  LineBuilder line(width);
  line.right(short_bytes(view_->bytes_of(id)), 8, Role::Dim).add("  /");
  bool is_plain = shown(path) == path && display_width(path) <= line.left();
  if (!is_plain) return line.add(fit_end(shown(path), line.left())).done();
  std::vector<size_t> places = fuzzy_places(wanted_, path);
  size_t at = 0;
  for (size_t place : places) {
    line.add(path.substr(at, place - at)).add(path.substr(place, 1), Role::Match);
    at = place + 1;
  }
  return line.add(path.substr(at)).done();
}

std::vector<Line> FinderView::render(size_t width, size_t height, bool focused) {
  height_ = height > 2 ? height - 2 : 1;
  LineBuilder input(width);
  input.add(" find ", Role::Hotkey)
      .add(fit_end(shown(wanted_), input.left() > 1 ? input.left() - 1 : 0))
      .add("▏", Role::Accent);
  std::vector<Line> lines = {input.done(), LineBuilder(width).fill("─", 0, Role::Dim).done()};
  if (wanted_.empty()) {
    lines.push_back(text_line(" some characters of the path, in their order", width, Role::Dim));
  } else if (hits_.empty()) {
    lines.push_back(text_line(" nothing found", width, Role::Dim));
  } else {
    std::vector<Line> rows = render_list(
        list_, hits_.size(), width, height > 2 ? height - 2 : 0, focused, [&](size_t i) {
          return row(i, width);
        });
    lines.insert(lines.end(), rows.begin(), rows.end());
  }
  lines.resize(height, blank_line(width));
  return lines;
}

Request FinderView::chosen() const {
  Request request;
  if (list_.selected >= hits_.size()) return request;
  request.kind = Request::Kind::ShowFile;
  request.path = hits_[list_.selected].path;
  request.range = range_;
  // What n and N go through: from the best on.
  for (const Hit& hit : hits_) request.found.push_back(hit.path);
  return request;
}

Request FinderView::act(Action action) {
  if (list_.act(action, hits_.size(), height_)) return {};
  return action == Action::Open ? chosen() : Request();
}

Request FinderView::click(size_t row, size_t column, bool again) {
  static_cast<void>(column);
  if (row < 2 || list_.top + row - 2 >= hits_.size()) return {};
  bool was_selected = list_.selected == list_.top + row - 2;
  list_.selected = list_.top + row - 2;
  return again || was_selected ? chosen() : Request();
}

void FinderView::wheel(int rows) {
  list_.wheel(rows, hits_.size(), height_);
}

}  // namespace whittle::tui
