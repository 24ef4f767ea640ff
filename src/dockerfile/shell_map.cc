#include "dockerfile/shell_map.h"

#include <algorithm>

namespace whittle {

uint32_t TextMap::offset(size_t at) const {
  auto next = std::upper_bound(
      pieces_.begin(), pieces_.end(), at, [](size_t value, const TextPiece& piece) {
        return value < piece.text_begin;
      });
  --next;  // the first piece begins at 0
  return next->source_begin + (static_cast<uint32_t>(at) - next->text_begin);
}

Range TextMap::range(size_t begin, size_t end) const {
  uint32_t first = offset(begin);
  if (end <= begin) return {first, first};
  return {first, offset(end - 1) + 1};
}

}  // namespace whittle
