#include "model/source.h"

#include <algorithm>

namespace whittle {

LineIndex::LineIndex(std::string_view text) : size_(static_cast<uint32_t>(text.size())) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') starts_.push_back(static_cast<uint32_t>(i + 1));
  }
}

Position LineIndex::position(uint32_t offset) const {
  auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
  auto line = static_cast<uint32_t>(next - starts_.begin());
  return {line, offset - starts_[line - 1] + 1};
}

uint32_t LineIndex::line_begin(uint32_t line) const {
  if (line == 0) return 0;
  return line <= starts_.size() ? starts_[line - 1] : size_;
}

}  // namespace whittle
