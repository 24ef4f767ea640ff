// What the image stores and does not need, biggest first.
#pragma once

#include "tui/view.h"

namespace whittle::tui {

class WasteView : public View {
 public:
  explicit WasteView(Model& model) : model_(model) {}

  std::string title() const override { return "Waste"; }

  std::vector<Line> render(size_t width, size_t height, bool focused) override;
  Request act(Action action) override;
  Request click(size_t row, size_t column, bool again) override;
  void wheel(int rows) override;

 private:
  size_t count() const;
  std::string header_note() const;
  Line row(size_t index, size_t width) const;
  std::vector<Line> remedy(size_t width) const;
  Request request(Request::Kind kind) const;

  Model& model_;
  ListState list_;
  size_t height_ = 1;
};

}  // namespace whittle::tui
