// Finding a file by typing some of its characters.
#pragma once

#include <string>
#include <vector>

#include "tui/view.h"

namespace whittle::tui {

class FinderView : public View {
 public:
  // Looks among the paths that `range` has.
  FinderView(Model& model, LayerRange range);

  std::string title() const override { return "Find"; }

  std::string note() const override;
  std::vector<Line> render(size_t width, size_t height, bool focused) override;
  Request act(Action action) override;
  Request click(size_t row, size_t column, bool again) override;
  void wheel(int rows) override;
  bool type(const Key& key, Request& request) override;

 private:
  struct Hit {
    PathId path;
    int score;
  };

  void search();
  Line row(size_t index, size_t width) const;
  Request chosen() const;

  Model& model_;
  LayerRange range_;
  std::shared_ptr<const RangeView> view_;
  std::string wanted_;
  std::vector<Hit> hits_;  // best first
  size_t hit_count_ = 0;   // also those that were dropped
  ListState list_;
  size_t height_ = 1;
};

}  // namespace whittle::tui
