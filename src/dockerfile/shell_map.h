// TextMap: from offsets of a derived text (joined lines, a here-document without its tabs) back to
// the bytes of the Dockerfile. Internal to the shell parser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "model/dockerfile.h"
#include "model/source.h"

namespace whittle {

// Immutable value. Offsets between two pieces count on from the earlier one.
class TextMap {
 public:
  // text[i] is source[base + i].
  explicit TextMap(uint32_t base = 0) : pieces_{{0, base}} {}

  // Pieces by text_begin; empty ones mean the identity.
  explicit TextMap(std::vector<TextPiece> pieces) : pieces_(std::move(pieces)) {
    if (pieces_.empty() || pieces_.front().text_begin != 0)
      pieces_.insert(pieces_.begin(), TextPiece{0, 0});
  }

  // The source offset of text[at].
  uint32_t offset(size_t at) const;
  // The source bytes that [begin, end) of the text stands in; empty at begin when it is empty.
  Range range(size_t begin, size_t end) const;

 private:
  std::vector<TextPiece> pieces_;
};

// Builds the pieces of a text that is made byte by byte from another.
class TextMapBuilder {
 public:
  // `begin` is where the text stands if it stays empty.
  explicit TextMapBuilder(uint32_t begin) : begin_(begin) {}

  // The next byte of the text stands at `source`.
  void add(uint32_t source) {
    if (pieces_.empty() || source != next_source_) pieces_.push_back({size_, source});
    next_source_ = source + 1;
    ++size_;
  }

  TextMap build() && { return pieces_.empty() ? TextMap(begin_) : TextMap(std::move(pieces_)); }

 private:
  std::vector<TextPiece> pieces_;
  uint32_t begin_;
  uint32_t size_ = 0;
  uint32_t next_source_ = 0;
};

}  // namespace whittle
