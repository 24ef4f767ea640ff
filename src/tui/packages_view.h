// The installed packages with the bytes of the files they own, and those files.
#pragma once

#include <vector>

#include "tui/view.h"

namespace whittle::tui {

class PackagesView : public View {
 public:
  explicit PackagesView(Model& model) : model_(model) {}

  // A new analysis is there.
  void refresh();

  std::string title() const override { return "Packages"; }

  std::vector<Line> render(size_t width, size_t height, bool focused) override;
  Request act(Action action) override;
  Request click(size_t row, size_t column, bool again) override;
  void wheel(int rows) override;

 private:
  struct Bytes {
    uint64_t stored = 0;
    uint64_t lost = 0;
    uint64_t files = 0;
  };

  // A package, or a file of the package above it.
  struct Row {
    uint32_t package = 0;
    PathId path = kNoPath;
    uint64_t bytes = 0;
  };

  void sum_bytes();
  void collect_rows();
  std::vector<Row> files_of(uint32_t package) const;
  std::string header_note() const;
  Line row(size_t index, size_t width) const;
  Request open_selected();

  Model& model_;
  std::vector<Bytes> bytes_;  // by package
  std::vector<bool> open_;    // by package
  std::vector<Row> rows_;
  bool by_size_ = true;
  bool is_stale_ = true;
  ListState list_;
  size_t height_ = 1;
};

}  // namespace whittle::tui
