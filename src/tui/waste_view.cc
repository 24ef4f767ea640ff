#include "tui/waste_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "report/text_layout.h"

namespace whittle::tui {

namespace {

constexpr size_t kSizeWidth = 9;
constexpr size_t kLayersWidth = 7;
constexpr size_t kPackedFrom = 62;  // columns from which the compressed size is shown
constexpr size_t kRemedyLines = 5;

}  // namespace

size_t WasteView::count() const {
  return model_.analysis == nullptr ? 0 : model_.analysis->waste.size();
}

std::string WasteView::header_note() const {
  if (model_.analysis == nullptr) return "";
  return format_bytes(model_.analysis->total.reclaimable) + " reclaimable";
}

Line WasteView::row(size_t index, size_t width) const {
  const WasteItem& item = model_.analysis->waste[index];
  bool is_lost = item.cause != LossCause::Kept;
  std::string layers = is_lost ? fmt::format("{}→{}", item.created_layer + 1, item.killer_layer + 1)
                               : fmt::format("{}", item.created_layer + 1);
  LineBuilder line(width);
  line.right(short_bytes(item.bytes), kSizeWidth, is_lost ? Role::Bad : Role::Caution);
  if (width >= kPackedFrom)
    line.right(short_bytes(item.compressed_bytes), kSizeWidth + 1, Role::Dim);
  line.right(layers, kLayersWidth, Role::Accent).add("  ");
  Role role = item.is_base ? Role::Dim : Role::Plain;
  return line.add(fit_end(shown(item.path), line.left()), role).done();
}

// What the selected row is and what to do about it, below the list.
std::vector<Line> WasteView::remedy(size_t width) const {
  std::vector<Line> lines;
  if (list_.selected >= count()) return lines;
  const WasteItem& item = model_.analysis->waste[list_.selected];
  lines.push_back(LineBuilder(width).fill("─", 0, Role::Dim).done());
  std::string title = fmt::format("{}, {}{}",
                                  shown(item.title),
                                  count_of(item.file_count, "file"),
                                  item.is_base ? ", of the base" : "");
  for (const std::string& text : wrapped(title, std::max<size_t>(width, 3) - 2)) {
    lines.push_back(text_line(" " + text, width, Role::Strong));
  }
  for (const std::string& text : wrapped(shown(item.remedy), std::max<size_t>(width, 3) - 2)) {
    lines.push_back(text_line(" " + text, width));
  }
  if (lines.size() > kRemedyLines) lines.resize(kRemedyLines);
  return lines;
}

std::vector<Line> WasteView::render(size_t width, size_t height, bool focused) {
  std::vector<Line> lines;
  LineBuilder header(width);
  header.right("Size", kSizeWidth, Role::Dim);
  if (width >= kPackedFrom) header.right("Packed", kSizeWidth + 1, Role::Dim);
  header.right("Layers", kLayersWidth, Role::Dim).add("  Path", Role::Dim);
  lines.push_back(header.done_with(header_note()));
  if (count() == 0) {
    bool is_read = model_.analysis != nullptr;
    lines.push_back(text_line(is_read ? " nothing is wasted" : " known when all layers are read",
                              width,
                              is_read ? Role::Good : Role::Dim));
    lines.resize(height, blank_line(width));
    return lines;
  }
  list_.settle(count(), height);
  std::vector<Line> below = remedy(width);
  if (height < below.size() + 4) below.clear();
  height_ = std::max<size_t>(height, below.size() + 2) - 1 - below.size();
  size_t list_height = std::min(height_, height > 0 ? height - 1 : 0);
  for (Line& line : render_list(
           list_, count(), width, list_height, focused, [&](size_t i) { return row(i, width); })) {
    lines.push_back(std::move(line));
  }
  for (Line& line : below) lines.push_back(std::move(line));
  lines.resize(height, blank_line(width));
  return lines;
}

Request WasteView::request(Request::Kind kind) const {
  if (list_.selected >= count()) return {};
  const WasteItem& item = model_.analysis->waste[list_.selected];
  uint32_t layer = item.cause == LossCause::Kept ? item.created_layer : item.killer_layer;
  Request request;
  request.kind = kind;
  request.path = model_.timeline.find(item.path);
  request.range = {layer, layer};
  return request.path == kNoPath ? Request() : request;
}

Request WasteView::act(Action action) {
  if (list_.act(action, count(), height_)) return {};
  if (action == Action::Open || action == Action::Right) return request(Request::Kind::ShowFile);
  if (action == Action::History) return request(Request::Kind::ShowHistory);
  return {};
}

Request WasteView::click(size_t row, size_t column, bool again) {
  static_cast<void>(column);
  if (row == 0 || row > height_ || list_.top + row - 1 >= count()) return {};
  list_.selected = list_.top + row - 1;
  return again ? request(Request::Kind::ShowFile) : Request();
}

void WasteView::wheel(int rows) {
  list_.wheel(rows, count(), height_);
}

}  // namespace whittle::tui
