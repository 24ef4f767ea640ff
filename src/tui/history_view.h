// One path through all layers: made, changed, deleted, with sizes and commands.
#pragma once

#include <string>
#include <vector>

#include "tui/view.h"

namespace whittle::tui {

class HistoryView : public View {
 public:
  HistoryView(Model& model, PathId path);

  std::string title() const override;
  std::string note() const override;

  Place place() const override { return Place::Files; }

  std::vector<Line> render(size_t width, size_t height, bool focused) override;
  Request act(Action action) override;
  Request click(size_t row, size_t column, bool again) override;
  void wheel(int rows) override;

 private:
  std::vector<Line> lines_of(size_t index, size_t width) const;
  Request request(Request::Kind kind, bool hex) const;

  Model& model_;
  PathId path_;
  std::vector<Version> versions_;  // oldest first
  ListState list_;
  size_t rows_seen_ = 1;
};

// What became of a path from one version to the next: "made", "deleted", "content changed", "mode
// 0644 → 0755". `before` null: it was not there.
std::string what_happened(const Model& model, const Version* before, const Version& after);

}  // namespace whittle::tui
