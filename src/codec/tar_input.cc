#include <algorithm>
#include <cstring>

#include "codec/tar.h"

namespace whittle {

namespace {

constexpr size_t kBufferBytes = 256 * 1024;
constexpr size_t kSmallWindowBytes = 4 * 1024;

}  // namespace

TarInput::TarInput(ByteSource& source)
    : source_(source), window_(source.can_skip() ? kSmallWindowBytes : kBufferBytes) {}

// Lets go of what was looked at, and passes over what was taken of it.
Status TarInput::settle() {
  if (!is_looking_) return {};
  is_looking_ = false;
  uint64_t taken = begin_;
  begin_ = end_ = 0;
  if (source_.skip(taken) != taken) return Error(ErrorKind::Invalid, "unexpected end of data");
  TRY(source_.look(0));
  return {};
}

// Whether `count` bytes, or all that are left, are at hand where the source has them.
Result<bool> TarInput::look(size_t count) {
  TRY(settle());
  if (begin_ < end_) return false;  // the buffer's bytes come first
  TRY_ASSIGN(Bytes bytes, source_.look(count));
  if (bytes.empty()) return false;
  data_ = reinterpret_cast<const char*>(bytes.data());
  begin_ = 0;
  end_ = bytes.size();
  is_looking_ = true;
  is_ended_ = bytes.size() < count;
  return true;
}

// Has more bytes at hand than there are, `count` of them if they can be looked at.
Status TarInput::refill(size_t count) {
  TRY_ASSIGN(bool is_seen, look(count));
  if (is_seen) return {};
  buffer_.resize(kBufferBytes);
  data_ = reinterpret_cast<const char*>(buffer_.data());
  // What is left moves to the front, and more is read behind it.
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
  while (end_ - begin_ < count && !is_ended_) TRY(refill(count));
  size_t n = std::min(count, end_ - begin_);
  std::string_view bytes(data_ + begin_, n);
  begin_ += n;
  position_ += n;
  return bytes;
}

Result<std::string_view> TarInput::take_some(uint64_t max) {
  if (begin_ == end_ && !is_ended_) TRY(refill(1));
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
    TRY(settle());
    uint64_t jumped = source_.skip(left);
    position_ += jumped;
    left -= jumped;
    if (jumped > 0) window_ = kSmallWindowBytes;
    if (left > 0) TRY(refill(1));
  }
  return count - left;
}

}  // namespace whittle
