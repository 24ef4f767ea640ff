// A file's content: as text with line numbers, as bytes, or as the difference of two texts.
#pragma once

#include <string>
#include <vector>

#include "tui/view.h"

namespace whittle::tui {

inline constexpr uint64_t kMaxViewedBytes = 16ULL << 20;

// True if it reads as text: UTF-8 without NUL and hardly any control characters, as far as its
// first bytes tell.
bool is_text(std::string_view content);

class ContentView : public View {
 public:
  enum class Form : uint8_t { Text, Hex, Diff };

  ContentView(std::string title, std::string content, Form form);

  std::string title() const override { return title_; }

  std::string note() const override;

  Place place() const override { return Place::Viewer; }

  std::vector<Line> render(size_t width, size_t height, bool focused) override;
  Request act(Action action) override;
  Request click(size_t row, size_t column, bool again) override;
  void wheel(int rows) override;

 private:
  size_t row_count() const;
  std::string_view text_row(size_t row) const;
  Line hex_row(size_t row, size_t width) const;
  std::vector<Line> text_lines(size_t row, size_t width) const;
  Role role_of(std::string_view text) const;

  std::string title_;
  std::string content_;
  Form form_;
  std::vector<size_t> starts_;  // of the lines, and the end
  bool wraps_ = false;
  size_t column_ = 0;  // columns scrolled to the right
  ListState state_;
  size_t height_ = 1;
  size_t bytes_per_row_ = 16;
};

}  // namespace whittle::tui
