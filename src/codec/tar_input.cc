#include <algorithm>
#include <cstring>

#include "codec/tar.h"

namespace whittle {

namespace {

constexpr size_t kBufferBytes = 256 * 1024;
constexpr size_t kSmallWindowBytes = 4 * 1024;

}  // namespace

TarInput::TarInput(ByteSource& source)
    : source_(source),
      buffer_(kBufferBytes),
      window_(source.can_skip() ? kSmallWindowBytes : kBufferBytes) {}

// Moves what is left to the front and reads behind it.
Status TarInput::refill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  size_t wanted = std::min(std::max(window_, end_ + 1), buffer_.size()) - end_;
  TRY_ASSIGN(size_t n, source_.read(MutableBytes(buffer_).subspan(end_, wanted)));
  window_ = std::min(window_ * 2, buffer_.size());
  end_ += n;
  is_ended_ = n == 0;
  return {};
}

Result<std::string_view> TarInput::take(size_t count) {
  while (end_ - begin_ < count && !is_ended_) TRY(refill());
  size_t n = std::min(count, end_ - begin_);
  std::string_view bytes(reinterpret_cast<const char*>(buffer_.data()) + begin_, n);
  begin_ += n;
  position_ += n;
  return bytes;
}

Result<std::string_view> TarInput::take_some(uint64_t max) {
  if (begin_ == end_ && !is_ended_) TRY(refill());
  return take(static_cast<size_t>(std::min<uint64_t>(max, end_ - begin_)));
}

Result<uint64_t> TarInput::skip(uint64_t count) {
  uint64_t left = count;
  while (left > 0) {
    uint64_t at_hand = std::min<uint64_t>(left, end_ - begin_);
    begin_ += static_cast<size_t>(at_hand);
    position_ += at_hand;
    left -= at_hand;
    if (left == 0 || is_ended_) break;
    uint64_t jumped = source_.skip(left);
    position_ += jumped;
    left -= jumped;
    if (jumped > 0) window_ = kSmallWindowBytes;
    if (left > 0) TRY(refill());
  }
  return count - left;
}

}  // namespace whittle
