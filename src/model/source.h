// Places in a text: byte ranges, and their lines and columns.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace whittle {

// Bytes [begin, end) of a text.
struct Range {
  uint32_t begin = 0;
  uint32_t end = 0;

  bool empty() const { return begin == end; }
  uint32_t size() const { return end - begin; }
  bool contains(Range other) const { return begin <= other.begin && other.end <= end; }
  bool overlaps(Range other) const { return begin < other.end && other.begin < end; }
  std::string_view of(std::string_view text) const { return text.substr(begin, end - begin); }
  bool operator==(const Range&) const = default;
};

// 1-based; the column counts bytes.
struct Position {
  uint32_t line = 1;
  uint32_t column = 1;
  bool operator==(const Position&) const = default;
};

// Where the lines of a text begin. A value of its own: does not refer to the text.
class LineIndex {
 public:
  LineIndex() = default;
  explicit LineIndex(std::string_view text);
  Position position(uint32_t offset) const;
  uint32_t line_of(uint32_t offset) const { return position(offset).line; }
  // Offset of the first byte of a 1-based line; the end of the text for a line behind the last one.
  uint32_t line_begin(uint32_t line) const;
  uint32_t line_count() const { return static_cast<uint32_t>(starts_.size()); }

 private:
  std::vector<uint32_t> starts_{0};
  uint32_t size_ = 0;
};

}  // namespace whittle
