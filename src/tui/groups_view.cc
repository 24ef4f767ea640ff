#include "tui/groups_view.h"

#include <algorithm>

#include "base/strings.h"

namespace whittle::tui {

namespace {

constexpr size_t kSizeWidth = 9;
constexpr size_t kShareWidth = 6;
constexpr size_t kLostFrom = 46;    // columns from which lost bytes are shown
constexpr size_t kPackedFrom = 60;  // and compressed ones

struct Grouping {
  std::string_view title;
  std::vector<Dimension> dimensions;
  bool only_lost = false;
};

const std::vector<Grouping>& groupings() {
  static const std::vector<Grouping> table = {
      {"lost bytes by cause", {Dimension::Cause, Dimension::Dir}, true},
      {"by kind", {Dimension::Kind, Dimension::Dir}},
      {"by layer", {Dimension::Layer, Dimension::Dir}},
      {"by folder", {Dimension::Dir, Dimension::Path}},
      {"by package", {Dimension::Package, Dimension::Path}},
      {"by line", {Dimension::Line, Dimension::Dir}},
      {"by file ending", {Dimension::Ext, Dimension::Path}},
      {"by owner", {Dimension::Owner, Dimension::Dir}},
  };
  return table;
}

// What people call a cause or kind; other keys are names already.
std::string_view name_of(Dimension dimension, const std::string& key) {
  if (dimension == Dimension::Cause) {
    for (const LossCauseInfo& info : loss_causes()) {
      if (info.id == key) return info.title;
    }
  }
  if (dimension == Dimension::Kind) {
    for (const FileKindInfo& info : file_kinds()) {
      if (info.id == key) return info.title;
    }
  }
  return key;
}

}  // namespace

void GroupsView::refresh() {
  has_groups_ = false;
  is_stale_ = true;
}

std::string GroupsView::header_note() const {
  return std::string(groupings()[dimension_].title);
}

void GroupsView::settle() {
  if (model_.analysis == nullptr) return;
  if (!has_groups_) {
    GroupOptions options;
    options.dimensions = groupings()[dimension_].dimensions;
    options.only_lost = groupings()[dimension_].only_lost;
    options.most = 200;
    groups_ = group_(*model_.analysis, options);
    stored_ = 0;
    for (const GroupRow& group : groups_) stored_ += group.bytes.stored;
    open_.clear();
    has_groups_ = is_stale_ = true;
  }
  if (!is_stale_) return;
  rows_.clear();
  size_t number = 0;
  for (const GroupRow& group : groups_) {
    rows_.push_back({&group, 0, number});
    open_.resize(std::max(open_.size(), number + 1), false);
    bool is_open = open_[number++];
    for (const GroupRow& inner : group.rows) {
      if (is_open) rows_.push_back({&inner, 1, number});
    }
  }
  is_stale_ = false;
}

Line GroupsView::row(size_t index, size_t width) const {
  const Row& row = rows_[index];
  const GroupBytes& bytes = row.group->bytes;
  uint64_t lost = bytes.stored - std::min(bytes.final, bytes.stored);
  LineBuilder line(width);
  line.right(short_bytes(bytes.stored), kSizeWidth)
      .right(percent(bytes.stored, stored_), kShareWidth, Role::Dim);
  if (width >= kLostFrom) line.right(lost == 0 ? "" : short_bytes(lost), kSizeWidth, Role::Bad);
  if (width >= kPackedFrom)
    line.right(bytes.compressed == 0 ? "" : short_bytes(bytes.compressed), kSizeWidth, Role::Dim);
  bool has_rows = !row.group->rows.empty();
  std::string_view marker = row.depth > 0       ? "   "
                            : !has_rows         ? "  "
                            : open_[row.number] ? "▾ "
                                                : "▸ ";
  line.add(" ").add(row.depth > 0 ? "  " : "").add(marker, Role::Dim);
  Dimension dimension = groupings()[dimension_].dimensions[row.depth];
  std::string name = shown(name_of(dimension, row.group->key));
  return line.add(fit_end(name, line.left()), row.depth > 0 ? Role::Dim : Role::Plain).done();
}

std::vector<Line> GroupsView::render(size_t width, size_t height, bool focused) {
  settle();
  height_ = height > 1 ? height - 1 : 1;
  LineBuilder header(width);
  header.right("Stored", kSizeWidth, Role::Dim).right("Share", kShareWidth, Role::Dim);
  if (width >= kLostFrom) header.right("Lost", kSizeWidth, Role::Dim);
  if (width >= kPackedFrom) header.right("Packed", kSizeWidth, Role::Dim);
  std::vector<Line> lines = {header.add("   Group", Role::Dim).done_with(header_note())};
  if (rows_.empty()) {
    bool is_read = model_.analysis != nullptr;
    lines.push_back(text_line(
        is_read ? " nothing in this group" : " known when all layers are read", width, Role::Dim));
  } else {
    std::vector<Line> rows = render_list(
        list_, rows_.size(), width, height > 0 ? height - 1 : 0, focused, [&](size_t i) {
          return row(i, width);
        });
    lines.insert(lines.end(), rows.begin(), rows.end());
  }
  lines.resize(height, blank_line(width));
  return lines;
}

void GroupsView::toggle() {
  if (list_.selected >= rows_.size()) return;
  while (rows_[list_.selected].depth > 0) --list_.selected;
  size_t number = rows_[list_.selected].number;
  open_[number] = !open_[number];
  is_stale_ = true;
}

Request GroupsView::act(Action action) {
  settle();
  if (action == Action::Dimension) {
    dimension_ = (dimension_ + 1) % groupings().size();
    list_ = {};
    refresh();
    return {};
  }
  if (list_.act(action, rows_.size(), height_) || rows_.empty()) return {};
  const Row& row = rows_[list_.selected];
  bool is_open = row.depth > 0 || open_[row.number];
  if (action == Action::Left && is_open) toggle();
  if (action == Action::Right && !is_open) toggle();
  bool wants_file = action == Action::Open || (action == Action::Right && row.depth > 0);
  if (wants_file) {
    // A key that is a path leads to it, in the top layer.
    PathId path = row.group->key.starts_with('/') ? model_.timeline.find(row.group->key) : kNoPath;
    Request request;
    request.kind = Request::Kind::ShowHistory;
    request.path = path;
    if (path != kNoPath && path != kRootPath && (row.depth > 0 || row.group->rows.empty()))
      return request;
  }
  if (action == Action::Toggle || (action == Action::Open && row.depth == 0)) toggle();
  return {};
}

Request GroupsView::click(size_t row, size_t column, bool again) {
  static_cast<void>(column);
  if (row == 0 || list_.top + row - 1 >= rows_.size()) return {};
  bool was_selected = list_.selected == list_.top + row - 1;
  list_.selected = list_.top + row - 1;
  return again || was_selected ? act(Action::Open) : Request();
}

void GroupsView::wheel(int rows) {
  list_.wheel(rows, rows_.size(), height_);
}

}  // namespace whittle::tui
