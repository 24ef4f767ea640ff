// Texts about one thing: the selected layer, the image in short, the image in full.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tui/view.h"

namespace whittle::tui {

// Lines of `width` columns about a layer: command, origin, digests, sizes.
std::vector<Line> layer_details(const Model& model, size_t layer, size_t width);
// The image's figures and its biggest waste.
std::vector<Line> image_summary(const Model& model, size_t width);
// All that is known of it: names, configuration, figures, notes.
std::vector<Line> image_details(const Model& model, size_t width);

// A scrolled text that is made anew for each width.
class TextView : public View {
 public:
  using MakeText = std::function<std::vector<Line>(size_t width)>;

  TextView(std::string title, MakeText make) : title_(std::move(title)), make_(std::move(make)) {}

  std::string title() const override { return title_; }

  std::string note() const override;
  std::vector<Line> render(size_t width, size_t height, bool focused) override;
  Request act(Action action) override;
  Request click(size_t row, size_t column, bool again) override;
  void wheel(int rows) override;

 private:
  std::string title_;
  MakeText make_;
  ListState state_;
  size_t count_ = 0;
  size_t height_ = 1;
};

// "label  value", the value wrapped below itself.
void add_field(std::vector<Line>& lines,
               std::string_view label,
               std::string_view value,
               size_t width,
               Role role = Role::Plain);

}  // namespace whittle::tui
