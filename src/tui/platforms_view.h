// The platforms of a multi-platform image, to open another one.
#pragma once

#include "tui/view.h"

namespace whittle::tui {

class PlatformsView : public View {
 public:
  explicit PlatformsView(Model& model) : model_(model) {}

  std::string title() const override { return "Platforms"; }

  std::vector<Line> render(size_t width, size_t height, bool focused) override;
  Request act(Action action) override;
  Request click(size_t row, size_t column, bool again) override;
  void wheel(int rows) override;

 private:
  Request chosen() const;

  Model& model_;
  ListState list_;
  size_t height_ = 1;
};

// "linux/arm64/v8".
std::string platform_text(const Platform& platform);

}  // namespace whittle::tui
