#include "tui/packages_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/strings.h"

namespace whittle::tui {

namespace {

constexpr size_t kSizeWidth = 9;
constexpr size_t kFilesWidth = 7;
constexpr size_t kWideEnough = 60;  // for files and lost bytes

}  // namespace

void PackagesView::refresh() {
  bytes_.clear();
  open_.clear();
  is_stale_ = true;
}

void PackagesView::sum_bytes() {
  const Analysis& analysis = *model_.analysis;
  bytes_.assign(analysis.packages.packages.size(), {});
  for (size_t layer = 0; layer < analysis.packages.owners.size(); ++layer) {
    std::span<const Entry> entries = model_.timeline.layer(layer).entries;
    const std::vector<uint32_t>& owners = analysis.packages.owners[layer];
    for (size_t i = 0; i < owners.size() && i < entries.size(); ++i) {
      bool is_file = entries[i].type == EntryType::File && entries[i].role == EntryRole::Normal;
      if (owners[i] == kNoPackage || !is_file) continue;
      Bytes& bytes = bytes_[owners[i]];
      bytes.stored += entries[i].size_bytes;
      ++bytes.files;
      if (analysis.accounts[layer][i].cause != LossCause::Kept) bytes.lost += entries[i].size_bytes;
    }
  }
}

// The files the package has in the image, biggest first.
std::vector<PackagesView::Row> PackagesView::files_of(uint32_t package) const {
  std::vector<Row> files;
  const auto top = static_cast<uint32_t>(model_.timeline.layer_count() - 1);
  const std::vector<std::vector<uint32_t>>& owners = model_.analysis->packages.owners;
  for (uint32_t i = 1; i < model_.timeline.size(); ++i) {
    const Version* version = model_.timeline.at(PathId{i}, top);
    bool is_entry = version != nullptr && version->state == Version::State::Present;
    if (!is_entry || version->type == EntryType::Directory) continue;
    if (owners[version->entry.layer][static_cast<size_t>(version->entry.entry)] != package)
      continue;
    files.push_back({package, PathId{i}, model_.timeline.own_bytes(*version)});
  }
  std::stable_sort(
      files.begin(), files.end(), [](const Row& a, const Row& b) { return a.bytes > b.bytes; });
  return files;
}

void PackagesView::collect_rows() {
  if (!is_stale_ || model_.analysis == nullptr) return;
  const std::vector<Package>& packages = model_.analysis->packages.packages;
  if (bytes_.size() != packages.size()) sum_bytes();
  open_.resize(packages.size(), false);
  std::vector<uint32_t> order(packages.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return by_size_ ? bytes_[a].stored > bytes_[b].stored : packages[a].name < packages[b].name;
  });
  rows_.clear();
  for (uint32_t package : order) {
    if (!packages[package].is_installed) continue;
    rows_.push_back({package, kNoPath, bytes_[package].stored});
    if (!open_[package]) continue;
    std::vector<Row> files = files_of(package);
    rows_.insert(rows_.end(), files.begin(), files.end());
  }
  is_stale_ = false;
}

std::string PackagesView::header_note() const {
  if (model_.analysis == nullptr) return "";
  const std::vector<Package>& packages = model_.analysis->packages.packages;
  auto installed = std::count_if(packages.begin(), packages.end(), [](const Package& package) {
    return package.is_installed;
  });
  return count_of(static_cast<uint64_t>(installed), "package") +
         (by_size_ ? ", by size" : ", by name");
}

Line PackagesView::row(size_t index, size_t width) const {
  const Row& row = rows_[index];
  LineBuilder line(width);
  line.right(short_bytes(row.bytes), kSizeWidth);
  if (row.path != kNoPath) {
    line.add("    ").add(fit_end("/" + shown(model_.timeline.path(row.path)), line.left()),
                         Role::Dim);
    return line.done();
  }
  const Package& package = model_.analysis->packages.packages[row.package];
  if (width >= kWideEnough) {
    line.right(fmt::format("{}", bytes_[row.package].files), kFilesWidth, Role::Dim);
    uint64_t lost = bytes_[row.package].lost;
    line.right(lost == 0 ? "" : short_bytes(lost), kSizeWidth, Role::Bad);
  }
  line.add(open_[row.package] ? " ▾ " : " ▸ ", Role::Dim);
  line.add(shown(package.name)).add(" ").add(shown(package.version), Role::Dim);
  return line.add("  " + shown(package.type), Role::Accent).done();
}

std::vector<Line> PackagesView::render(size_t width, size_t height, bool focused) {
  collect_rows();
  height_ = height > 1 ? height - 1 : 1;
  LineBuilder header(width);
  header.right("Size", kSizeWidth, Role::Dim);
  if (width >= kWideEnough)
    header.right("Files", kFilesWidth, Role::Dim).right("Lost", kSizeWidth, Role::Dim);
  std::vector<Line> lines = {header.add("   Package", Role::Dim).done_with(header_note())};
  if (rows_.empty()) {
    bool is_read = model_.analysis != nullptr;
    lines.push_back(text_line(
        is_read ? " no package database" : " known when all layers are read", width, Role::Dim));
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

Request PackagesView::open_selected() {
  if (list_.selected >= rows_.size()) return {};
  const Row& row = rows_[list_.selected];
  if (row.path == kNoPath) {
    open_[row.package] = !open_[row.package];
    is_stale_ = true;
    collect_rows();
    return {};
  }
  const Version* version =
      model_.timeline.at(row.path, static_cast<uint32_t>(model_.timeline.layer_count() - 1));
  Request request;
  request.kind = Request::Kind::ShowFile;
  request.path = row.path;
  request.range = {version->layer, version->layer};
  return request;
}

Request PackagesView::act(Action action) {
  collect_rows();
  if (list_.act(action, rows_.size(), height_) || rows_.empty()) return {};
  const Row& row = rows_[list_.selected];
  switch (action) {
    case Action::Open:
    case Action::Toggle:
      return open_selected();
    case Action::Right:
      return row.path == kNoPath && open_[row.package] ? Request() : open_selected();
    case Action::Left:
      while (list_.selected > 0 && rows_[list_.selected].path != kNoPath) --list_.selected;
      if (open_[rows_[list_.selected].package]) return open_selected();
      return {};
    case Action::Sort:
      by_size_ = !by_size_;
      is_stale_ = true;
      return {};
    case Action::History: {
      Request request;
      request.kind = row.path == kNoPath ? Request::Kind::None : Request::Kind::ShowHistory;
      request.path = row.path;
      return request;
    }
    default:
      return {};
  }
}

Request PackagesView::click(size_t row, size_t column, bool again) {
  static_cast<void>(column);
  if (row == 0 || list_.top + row - 1 >= rows_.size()) return {};
  bool was_selected = list_.selected == list_.top + row - 1;
  list_.selected = list_.top + row - 1;
  return again || was_selected ? open_selected() : Request();
}

void PackagesView::wheel(int rows) {
  list_.wheel(rows, rows_.size(), height_);
}

}  // namespace whittle::tui
