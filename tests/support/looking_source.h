// Bytes in memory that can be looked at or not, and in windows as small as may be: what a reader
// makes of them must not depend on it.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "codec/byte_source.h"

namespace whittle::test {

class LookingSource : public ByteSource {
 public:
  // Shows at least what is asked for, up to the next multiple of `window`; with 0, nothing.
  LookingSource(std::string bytes, size_t window)
      : bytes_(std::move(bytes)), inner_(string_source(bytes_)), window_(window) {}

  Result<size_t> read(MutableBytes into) override {
    TRY_ASSIGN(size_t n, inner_->read(into));
    at_ += n;
    return n;
  }

  uint64_t skip(uint64_t count) override {
    uint64_t n = inner_->skip(count);
    at_ += static_cast<size_t>(n);
    return n;
  }

  Result<Bytes> look(size_t count) override {
    if (window_ == 0 || count == 0) return Bytes();
    // A copy of its own: who holds on to an older one reads freed memory.
    size_t end = std::min(bytes_.size(), (at_ + count + window_ - 1) / window_ * window_);
    shown_ = std::string(bytes_, at_, end - at_);
    shown_.shrink_to_fit();
    return std::as_bytes(std::span(shown_));
  }

  bool can_skip() const override { return true; }

 private:
  std::string bytes_;
  std::unique_ptr<ByteSource> inner_;  // of the same bytes
  size_t window_;
  size_t at_ = 0;
  std::string shown_;
};

}  // namespace whittle::test
