#include "tui/layers_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"

namespace whittle::tui {

namespace {

constexpr size_t kSizeWidth = 8;
constexpr size_t kLostWidth = 5;
constexpr size_t kLineWidth = 5;

// History as engines write it, without what every line of it has.
std::string plain_command(std::string_view created_by) {
  constexpr std::string_view kNop = "/bin/sh -c #(nop) ";
  constexpr std::string_view kShell = "/bin/sh -c ";
  constexpr std::string_view kBuildKit = "# buildkit";
  std::string_view text = trim(created_by);
  if (text.ends_with(kBuildKit)) text = trim(text.substr(0, text.size() - kBuildKit.size()));
  if (text.starts_with(kNop)) return std::string(trim(text.substr(kNop.size())));
  if (text.starts_with(kShell)) return "RUN " + std::string(trim(text.substr(kShell.size())));
  return std::string(text);
}

// Bytes of regular files, for layers that are read before the analysis is there.
uint64_t content_bytes(const LayerIndex& index) {
  uint64_t bytes = 0;
  for (const Entry& entry : index.entries) {
    if (entry.type == EntryType::File && entry.role == EntryRole::Normal) bytes += entry.size_bytes;
  }
  return bytes;
}

}  // namespace

std::string command_of(const Model& model, size_t layer) {
  if (model.analysis != nullptr && !model.analysis->layers[layer].command.empty()) {
    return model.analysis->layers[layer].command;
  }
  const ImageInfo& info = model.image->info();
  int index = info.layers[layer].history_index;
  bool is_known = index >= 0 && static_cast<size_t>(index) < info.config.history.size();
  return is_known ? plain_command(info.config.history[static_cast<size_t>(index)].created_by) : "";
}

LayerRange LayersView::range() const {
  auto here = static_cast<uint32_t>(list_.selected);
  switch (mode_) {
    case Mode::Single:
      return {here, here};
    case Mode::Aggregated:
      return {std::min<uint32_t>(1, here), here};
    case Mode::Marked:
      return {first_, last_};
    case Mode::Marking:
      return {std::min(first_, here), std::max(first_, here)};
  }
  return {here, here};
}

void LayersView::show(LayerRange range) {
  list_.selected = range.last;
  mode_ = range.first == range.last ? Mode::Single : Mode::Marked;
  first_ = range.first;
  last_ = range.last;
}

bool LayersView::drop_range() {
  bool has_range = mode_ == Mode::Marked || mode_ == Mode::Marking;
  if (has_range) mode_ = Mode::Single;
  return has_range;
}

std::string LayersView::note() const {
  LayerRange shown = range();
  switch (mode_) {
    case Mode::Single:
      return "";
    case Mode::Aggregated:
      return "all changes";
    default:
      return fmt::format("range {} to {}", shown.first + 1, shown.last + 1);
  }
}

LayersView::Columns LayersView::columns_for(size_t width) {
  return {width >= 50, width >= 60};
}

Line LayersView::header(size_t width) const {
  Columns columns = columns_for(width);
  LineBuilder line(width);
  line.add("   ").right("#", 2, Role::Dim).add(" ").right("Size", kSizeWidth, Role::Dim);
  if (columns.compressed) line.add(" ").right("Packed", kSizeWidth + 1, Role::Dim);
  line.add(" ").right("Lost", kLostWidth, Role::Dim);
  if (columns.line) line.add(" ").right("Line", kLineWidth, Role::Dim);
  return line.add("  Command", Role::Dim).done();
}

Line LayersView::row(size_t index, size_t width) const {
  Columns columns = columns_for(width);
  LayerRange compared = range();
  LineBuilder line(width);
  if (index >= compared.first && index <= compared.last) {
    line.add(" ▌ ", Role::RangeTop);
  } else {
    bool is_below = index < compared.first;
    line.add(is_below ? " · " : "   ", Role::RangeLow);
  }
  const LayerFacts* facts = model_.analysis == nullptr ? nullptr : &model_.analysis->layers[index];
  std::shared_ptr<const LayerIndex> read = model_.image->layer(index);
  std::string size = facts != nullptr  ? short_bytes(facts->content_bytes)
                     : read != nullptr ? short_bytes(content_bytes(*read))
                                       : "…";
  bool is_base = facts != nullptr && facts->is_base;
  bool is_unread = facts != nullptr && !facts->problem.empty();
  line.right(fmt::format("{}", index + 1), 2, Role::Dim).add(" ");
  line.right(is_unread ? "?" : size, kSizeWidth, is_unread ? Role::Caution : Role::Plain);
  if (columns.compressed) {
    std::string packed;
    if (facts != nullptr && facts->compressed_bytes) {
      packed = (facts->is_compressed_estimated ? "~" : "") + short_bytes(*facts->compressed_bytes);
    } else if (facts == nullptr && model_.image->info().layers[index].blob.size > 0) {
      packed = short_bytes(model_.image->info().layers[index].blob.size);
    }
    line.add(" ").right(packed, kSizeWidth + 1, Role::Dim);
  }
  std::string lost = facts == nullptr ? "" : percent(facts->lost_bytes, facts->content_bytes);
  bool is_much = facts != nullptr && facts->lost_bytes * 10 > facts->content_bytes;
  line.add(" ").right(lost == "0 %" ? "" : lost, kLostWidth, is_much ? Role::Bad : Role::Caution);
  if (columns.line) {
    bool has_line = facts != nullptr && facts->place && facts->place->first_line > 0;
    line.add(" ").right(
        has_line ? fmt::format(":{}", facts->place->first_line) : "", kLineWidth, Role::Accent);
  }
  std::string command = shown(command_of(model_, index));
  return line.add("  ").add(command, is_base ? Role::Dim : Role::Plain).done();
}

std::vector<Line> LayersView::render(size_t width, size_t height, bool focused) {
  height_ = height > 1 ? height - 1 : 1;
  std::vector<Line> lines = {header(width)};
  if (model_.image == nullptr) {
    lines.push_back(text_line(" opening", width, Role::Dim));
  } else {
    std::vector<Line> rows = render_list(
        list_, model_.layer_count(), width, height > 0 ? height - 1 : 0, focused, [&](size_t i) {
          return row(i, width);
        });
    lines.insert(lines.end(), rows.begin(), rows.end());
  }
  lines.resize(height, blank_line(width));
  return lines;
}

Request LayersView::act(Action action) {
  if (model_.layer_count() == 0 || list_.act(action, model_.layer_count(), height_)) return {};
  auto here = static_cast<uint32_t>(list_.selected);
  switch (action) {
    case Action::CompareLayer:
      mode_ = Mode::Single;
      break;
    case Action::CompareAll:
      mode_ = Mode::Aggregated;
      break;
    case Action::MarkFirst:
      last_ = std::max(here, mode_ == Mode::Marked ? last_ : here);
      first_ = here;
      mode_ = Mode::Marked;
      break;
    case Action::MarkLast:
      first_ = std::min(here, mode_ == Mode::Marked ? first_ : here);
      last_ = here;
      mode_ = Mode::Marked;
      break;
    case Action::MarkRange:
      if (mode_ == Mode::Marking) {
        show(range());
      } else {
        first_ = here;
        mode_ = Mode::Marking;
      }
      break;
    default:
      break;
  }
  return {};
}

Request LayersView::click(size_t row, size_t column, bool again) {
  static_cast<void>(column);
  static_cast<void>(again);
  if (row == 0 || list_.top + row - 1 >= model_.layer_count()) return {};
  list_.selected = list_.top + row - 1;
  return {};
}

void LayersView::wheel(int rows) {
  list_.wheel(rows, model_.layer_count(), height_);
}

}  // namespace whittle::tui
