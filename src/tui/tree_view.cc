#include "tui/tree_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "report/text_layout.h"
#include "tui/version_change.h"

namespace whittle::tui {

namespace {

constexpr size_t kSizeWidth = 9;
constexpr size_t kModeWidth = 10;
constexpr size_t kOwnerWidth = 9;
constexpr size_t kWideEnough = 66;  // for attributes

Role role_of(Change change) {
  switch (change) {
    case Change::Added:
      return Role::Added;
    case Change::Removed:
      return Role::Removed;
    case Change::Modified:
      return Role::Modified;
    default:
      return Role::Plain;
  }
}

std::string_view sign_of(Change change) {
  switch (change) {
    case Change::Added:
      return "+ ";
    case Change::Removed:
      return "- ";
    case Change::Modified:
      return "~ ";
    default:
      return "  ";
  }
}

size_t index_of(PathId path) {
  return static_cast<size_t>(path);
}

}  // namespace

void TreeView::show(LayerRange range) {
  if (range == range_ && view_ != nullptr) return;
  wanted_ = selected();
  range_ = range;
  view_ = model_.has_range(range) ? model_.ranges.get(range) : nullptr;
  is_stale_ = true;
}

void TreeView::refresh() {
  if (wanted_ == kNoPath) wanted_ = selected();
  view_ = nullptr;
  hits_.clear();
  show(range_);
}

PathId TreeView::selected() const {
  if (is_stale_ && wanted_ != kNoPath) return wanted_;
  return list_.selected < rows_.size() ? rows_[list_.selected].path : kNoPath;
}

size_t TreeView::row_count() {
  settle();
  return rows_.size();
}

bool TreeView::is_folder(PathId path) const {
  const Version* version = shown_version(model_.timeline, *view_, path);
  return version != nullptr && version->type == EntryType::Directory;
}

bool TreeView::is_open(PathId path) const {
  // A filter opens all that leads to what it takes; closing still works.
  bool is_set = index_of(path) < open_.size() && open_[index_of(path)];
  return is_set != (filter_ != nullptr);
}

void TreeView::set_open(PathId path, bool open) {
  if (open_.size() < model_.timeline.size()) open_.resize(model_.timeline.size(), false);
  open_[index_of(path)] = open != (filter_ != nullptr);
  is_stale_ = true;
}

void TreeView::find_visible() {
  size_t count = view_->change.size();
  if (filter_ != nullptr && hits_.size() != count) {
    hits_.assign(count, false);
    for (uint32_t i = 1; i < count; ++i)
      hits_[i] = filter_->matches("/" + model_.timeline.path(PathId{i}));
  }
  visible_.assign(count, false);
  for (size_t i = count; i-- > 1;) {
    Change change = view_->change[i];
    if (change == Change::Absent) continue;
    bool is_own = !hidden_[static_cast<size_t>(change)] && (filter_ == nullptr || hits_[i]);
    if (!is_own && !visible_[i]) continue;
    visible_[i] = true;
    visible_[index_of(model_.timeline.node(PathId{static_cast<uint32_t>(i)}).parent)] = true;
  }
}

void TreeView::collect_rows() {
  const Timeline& timeline = model_.timeline;
  rows_.clear();
  std::vector<Row> pending = {{kRootPath, 0}};
  std::vector<PathId> children;
  while (!pending.empty()) {
    Row row = pending.back();
    pending.pop_back();
    bool is_root = row.path == kRootPath;
    if (!is_root) rows_.push_back({row.path, row.depth - 1});
    if (!is_root && (!is_open(row.path) || !is_folder(row.path))) continue;
    children.clear();
    for (PathId next = timeline.node(row.path).first_child; next != kNoPath;
         next = timeline.node(next).next_sibling) {
      if (visible_[index_of(next)]) children.push_back(next);
    }
    // Last first: they go onto a stack.
    std::sort(children.begin(), children.end(), [&](PathId a, PathId b) {
      if (by_size_ && view_->bytes_of(a) != view_->bytes_of(b))
        return view_->bytes_of(a) < view_->bytes_of(b);
      return timeline.node(a).name > timeline.node(b).name;
    });
    for (PathId child : children) pending.push_back({child, row.depth + 1});
  }
}

void TreeView::settle() {
  if (view_ == nullptr && model_.has_range(range_)) view_ = model_.ranges.get(range_);
  if (!is_stale_ || view_ == nullptr) return;
  if (wanted_ == kNoPath && list_.selected < rows_.size()) wanted_ = rows_[list_.selected].path;
  find_visible();
  collect_rows();
  is_stale_ = false;
  select(wanted_);
  wanted_ = kNoPath;
}

// The path, or the nearest folder above it that is shown.
void TreeView::select(PathId path) {
  for (; path != kNoPath && path != kRootPath; path = model_.timeline.node(path).parent) {
    auto found =
        std::find_if(rows_.begin(), rows_.end(), [&](const Row& row) { return row.path == path; });
    if (found == rows_.end()) continue;
    list_.selected = static_cast<size_t>(found - rows_.begin());
    return;
  }
}

bool TreeView::reveal(PathId path) {
  settle();
  if (view_ == nullptr || path == kNoPath || path == kRootPath) return false;
  if (index_of(path) >= view_->change.size() || view_->change_of(path) == Change::Absent)
    return false;
  if (filter_ != nullptr && !visible_[index_of(path)]) set_filter("");
  hidden_[static_cast<size_t>(view_->change_of(path))] = false;
  for (PathId up = model_.timeline.node(path).parent; up != kRootPath;
       up = model_.timeline.node(up).parent) {
    set_open(up, true);
  }
  is_stale_ = true;
  wanted_ = path;
  settle();
  return true;
}

void TreeView::set_filter(const std::string& text) {
  if (text == filter_text_) return;
  wanted_ = selected();
  bool was_filtered = filter_ != nullptr;
  filter_text_ = text;
  filter_ = text.empty() ? nullptr : std::make_unique<PathPattern>(text);
  // What was opened without a filter is not what is opened with one.
  if (was_filtered != (filter_ != nullptr)) open_.assign(model_.timeline.size(), false);
  if (filter_ == nullptr) {
    for (PathId up = wanted_; up != kNoPath && up != kRootPath;) {
      up = model_.timeline.node(up).parent;
      if (up != kRootPath) set_open(up, true);
    }
  }
  hits_.clear();
  is_stale_ = true;
}

void TreeView::toggle_all() {
  bool has_open = std::any_of(rows_.begin(), rows_.end(), [&](const Row& row) {
    return is_folder(row.path) && is_open(row.path);
  });
  open_.assign(model_.timeline.size(), !has_open != (filter_ != nullptr));
  wanted_ = selected();
  is_stale_ = true;
}

void TreeView::go_left() {
  PathId path = selected();
  if (path == kNoPath) return;
  if (is_folder(path) && is_open(path)) {
    set_open(path, false);
    return;
  }
  PathId parent = model_.timeline.node(path).parent;
  if (parent != kRootPath) select(parent);
}

Request TreeView::request_for(Request::Kind kind, bool hex) const {
  Request request;
  request.kind = kind;
  request.path = selected();
  request.hex = hex;
  request.range = range_;
  if (view_ == nullptr || request.path == kNoPath) return {};
  bool is_removed = view_->change_of(request.path) == Change::Removed;
  if (is_removed && range_.first > 0 && kind != Request::Kind::ShowDiff) {
    request.range.last = range_.first - 1;
  }
  if (kind == Request::Kind::ShowDiff) {
    const Version* newest = model_.timeline.version_at(request.path, range_.last);
    if (newest == nullptr || newest->layer == 0) return {};
    request.range = {std::min(range_.first, newest->layer), range_.last};
    request.range.first = request.range.first == 0 ? newest->layer - 1 : request.range.first - 1;
  }
  return request;
}

Request TreeView::open_selected() {
  PathId path = selected();
  if (path == kNoPath) return {};
  if (!is_folder(path)) return request_for(Request::Kind::ShowContent, false);
  set_open(path, !is_open(path));
  return {};
}

bool TreeView::act_on_display(Action action) {
  auto flip = [&](Change change) {
    hidden_[static_cast<size_t>(change)] = !hidden_[static_cast<size_t>(change)];
  };
  wanted_ = selected();
  switch (action) {
    case Action::ToggleAdded:
      flip(Change::Added);
      break;
    case Action::ToggleRemoved:
      flip(Change::Removed);
      break;
    case Action::ToggleModified:
      flip(Change::Modified);
      break;
    case Action::ToggleUnmodified:
      flip(Change::Unmodified);
      break;
    case Action::Sort:
      by_size_ = !by_size_;
      break;
    default:
      wanted_ = kNoPath;
      return false;
  }
  is_stale_ = true;
  return true;
}

Request TreeView::act(Action action) {
  settle();
  if (view_ == nullptr || list_.act(action, rows_.size(), height_) || act_on_display(action))
    return {};
  PathId path = selected();
  switch (action) {
    case Action::Left:
      go_left();
      return {};
    case Action::Right:
      if (path != kNoPath && is_folder(path)) set_open(path, true);
      return {};
    case Action::Toggle:
      if (path != kNoPath && is_folder(path)) set_open(path, !is_open(path));
      return {};
    case Action::ToggleAll:
      toggle_all();
      return {};
    case Action::ToggleWrap:
      wraps_ = !wraps_;
      return {};
    case Action::ToggleAttributes:
      attributes_ = attributes_ == Attributes::Shown ? Attributes::Hidden : Attributes::Shown;
      return {};
    case Action::Open:
      return open_selected();
    case Action::History:
      return request_for(Request::Kind::ShowHistory, false);
    case Action::View:
      return request_for(Request::Kind::ShowContent, false);
    case Action::Hex:
      return request_for(Request::Kind::ShowContent, true);
    case Action::Diff:
      return request_for(Request::Kind::ShowDiff, false);
    case Action::Extract:
      return request_for(Request::Kind::Extract, false);
    default:
      return {};
  }
}

Request TreeView::click(size_t row, size_t column, bool again) {
  static_cast<void>(column);
  if (row >= drawn_.size() || drawn_[row] >= rows_.size()) return {};
  list_.selected = drawn_[row];
  if (again || is_folder(rows_[list_.selected].path)) return open_selected();
  return {};
}

void TreeView::wheel(int rows) {
  list_.wheel(rows, rows_.size(), height_);
}

bool TreeView::shows_attributes(size_t width) const {
  if (attributes_ == Attributes::WhenWide) return width >= kWideEnough;
  return attributes_ == Attributes::Shown && width >= kModeWidth + kOwnerWidth + kSizeWidth + 8;
}

std::string TreeView::name_of(const Row& row) const {
  const Version* version = shown_version(model_.timeline, *view_, row.path);
  std::string name = shown(model_.timeline.node(row.path).name);
  if (version == nullptr || version->state != Version::State::Present) return name;
  const Entry& entry = model_.timeline.entry(*version);
  bool is_link = entry.type == EntryType::Symlink || entry.type == EntryType::Hardlink;
  if (!is_link) return name;
  return name + " → " + shown(model_.timeline.layer(version->entry.layer).link_target(entry));
}

// Everything before the name.
Line TreeView::prefix_of(const Row& row, size_t width) const {
  const Version* version = shown_version(model_.timeline, *view_, row.path);
  Change change = view_->change_of(row.path);
  Role role = role_of(change);
  LineBuilder line(width);
  if (shows_attributes(width)) {
    bool is_known = version != nullptr && version->state == Version::State::Present;
    std::string mode;
    std::string owner;
    if (is_known) {
      const Entry& entry = model_.timeline.entry(*version);
      mode = mode_text(version->type, entry.mode);
      owner = fmt::format("{}:{}", entry.uid, entry.gid);
    }
    line.column(mode, kModeWidth, Role::Dim).add(" ").right(owner, kOwnerWidth, Role::Dim).add(" ");
  }
  bool is_sized = version != nullptr &&
                  (version->type == EntryType::File || version->type == EntryType::Directory);
  line.right(is_sized ? short_bytes(view_->bytes_of(row.path)) : "", kSizeWidth, role).add(" ");
  line.add(sign_of(change), role);
  size_t indent = std::min<size_t>(row.depth * 2, line.left() / 2);
  line.add(std::string(indent, ' '));
  bool folder = is_folder(row.path);
  line.add(!folder ? "  " : is_open(row.path) ? "▾ " : "▸ ", Role::Dim);
  size_t used = width - line.left();
  return sized(line.done(), used);
}

std::vector<Line> TreeView::lines_of(size_t index, size_t width) const {
  const Row& row = rows_[index];
  Line first = prefix_of(row, width);
  size_t used = first.width();
  std::string name = name_of(row);
  Role role = role_of(view_->change_of(row.path));
  std::vector<std::string> parts = {name};
  if (wraps_ && width > used) parts = chopped(name, width - used);
  std::vector<Line> lines;
  for (size_t i = 0; i < parts.size(); ++i) {
    Line line = i == 0 ? first : blank_line(used);
    append(line, text_line(parts[i], width - used, role));
    lines.push_back(std::move(line));
  }
  return lines;
}

Line TreeView::header(size_t width) const {
  std::string note = by_size_ ? "by size" : "by name";
  std::string hidden;
  for (Change change : {Change::Added, Change::Removed, Change::Modified, Change::Unmodified}) {
    if (!hidden_[static_cast<size_t>(change)]) continue;
    hidden += change == Change::Unmodified ? "=" : trim(sign_of(change));
  }
  if (!hidden.empty()) note += ", without " + hidden;
  if (filter_ != nullptr) note = fit(shown(filter_text_), 24) + ", " + note;
  LineBuilder line(width);
  if (shows_attributes(width)) {
    line.column("Mode", kModeWidth, Role::Dim).add(" ").right("Owner", kOwnerWidth, Role::Dim);
    line.add(" ");
  }
  line.right("Size", kSizeWidth, Role::Dim).add("     ").add("Name", Role::Dim);
  return line.done_with(note);
}

// Wrapped rows take several lines: the selected one must be among those that fit.
void TreeView::make_room_for_selected(size_t width) {
  list_.settle(rows_.size(), height_);
  size_t used = 0;
  for (size_t i = list_.selected + 1; wraps_ && i-- > list_.top && i < rows_.size();) {
    used += lines_of(i, width).size();
    if (used <= height_) continue;
    list_.top = std::min(i + 1, list_.selected);
    return;
  }
}

std::vector<Line> TreeView::render(size_t width, size_t height, bool focused) {
  settle();
  height_ = height > 1 ? height - 1 : 1;
  std::vector<Line> lines = {header(width)};
  drawn_ = {SIZE_MAX};
  if (view_ == nullptr) {
    lines.push_back(
        text_line(fmt::format(" layer {} is being read", model_.timeline.layer_count() + 1),
                  width,
                  Role::Dim));
    lines.resize(height, blank_line(width));
    return lines;
  }
  if (rows_.empty()) {
    std::string_view why = filter_ == nullptr ? " nothing here" : " nothing matches the filter";
    lines.push_back(text_line(why, width, Role::Dim));
  }
  make_room_for_selected(width);
  for (size_t i = list_.top; i < rows_.size() && lines.size() < height; ++i) {
    for (Line& line : lines_of(i, width)) {
      if (i == list_.selected) {
        line.highlight = focused ? Highlight::Selected : Highlight::SelectedElsewhere;
      }
      lines.push_back(std::move(line));
      drawn_.push_back(i);
    }
  }
  lines.resize(height, blank_line(width));
  return lines;
}

}  // namespace whittle::tui
