// The layers of the image: sizes, lost share, line and command; and which of them are compared.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tui/view.h"

namespace whittle::tui {

class LayersView : public View {
 public:
  explicit LayersView(Model& model) : model_(model) {}

  size_t selected() const { return list_.selected; }

  // The layers that are compared: the selected one, all up to it, or those marked.
  LayerRange range() const;
  // Selects the range's last layer and compares just that range.
  void show(LayerRange range);
  // True if a marked range was dropped.
  bool drop_range();

  std::string title() const override { return "Layers"; }

  std::string note() const override;

  Place place() const override { return Place::Layers; }

  std::vector<Line> render(size_t width, size_t height, bool focused) override;
  Request act(Action action) override;
  Request click(size_t row, size_t column, bool again) override;
  void wheel(int rows) override;

 private:
  enum class Mode : uint8_t { Single, Aggregated, Marked, Marking };

  struct Columns {
    bool compressed;
    bool line;
  };

  static Columns columns_for(size_t width);
  Line header(size_t width) const;
  Line row(size_t index, size_t width) const;

  Model& model_;
  ListState list_;
  Mode mode_ = Mode::Single;
  uint32_t first_ = 0;  // of Marked and Marking
  uint32_t last_ = 0;   // of Marked
  size_t height_ = 1;
};

// A layer's command as a Dockerfile would say it, from the analysis or, before there is one, from
// the history.
std::string command_of(const Model& model, size_t layer);

}  // namespace whittle::tui
