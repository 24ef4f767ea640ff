// The file tree of a range of layers: what is there, what changed, by size or by name.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "tui/search.h"
#include "tui/view.h"

namespace whittle::tui {

class TreeView : public View {
 public:
  explicit TreeView(Model& model) : model_(model) {}

  // The range to show; recomputed when it or the model's timeline changed.
  void show(LayerRange range);
  // The timeline was made anew or grew: sizes and versions may have changed.
  void refresh();
  // Opens what leads to the path and selects it; drops a filter that hides it. False if it is not
  // in the range.
  bool reveal(PathId path);
  PathId selected() const;
  // "" drops the filter.
  void set_filter(const std::string& text);

  const std::string& filter() const { return filter_text_; }

  std::string filter_problem() const { return filter_ == nullptr ? "" : filter_->problem(); }

  size_t row_count();

  std::string title() const override { return "Files"; }

  Place place() const override { return Place::Files; }

  std::vector<Line> render(size_t width, size_t height, bool focused) override;
  Request act(Action action) override;
  Request click(size_t row, size_t column, bool again) override;
  void wheel(int rows) override;

 private:
  struct Row {
    PathId path;
    uint32_t depth;
  };
  enum class Attributes : uint8_t { WhenWide, Shown, Hidden };

  void settle();
  void find_visible();
  void collect_rows();
  void select(PathId path);
  bool is_folder(PathId path) const;
  bool is_open(PathId path) const;
  void set_open(PathId path, bool open);
  void toggle_all();
  void go_left();
  Request open_selected();
  bool act_on_display(Action action);
  Request request_for(Request::Kind kind, bool hex) const;
  bool shows_attributes(size_t width) const;
  std::string name_of(const Row& row) const;
  Line header(size_t width) const;
  Line prefix_of(const Row& row, size_t width) const;
  std::vector<Line> lines_of(size_t index, size_t width) const;
  void make_room_for_selected(size_t width);

  Model& model_;
  LayerRange range_;
  std::shared_ptr<const RangeView> view_;  // null until the range is read
  std::vector<Row> rows_;
  std::vector<bool> visible_;
  std::vector<bool> open_;  // folders, by path
  std::vector<bool> hits_;  // paths the filter takes
  std::unique_ptr<PathPattern> filter_;
  std::string filter_text_;
  std::array<bool, kChanges> hidden_{};
  bool by_size_ = true;
  bool wraps_ = false;
  Attributes attributes_ = Attributes::WhenWide;
  bool is_stale_ = true;  // rows_ do not fit the state
  ListState list_;
  PathId wanted_ = kNoPath;  // selected path that rows_ must follow
  size_t height_ = 1;
  std::vector<size_t> drawn_;  // row index of each line drawn last
};

}  // namespace whittle::tui
