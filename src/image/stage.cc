#include "image/stage.h"

#include <algorithm>
#include <cstring>

namespace whittle {

namespace {

constexpr size_t kSlots = 8;
constexpr size_t kSlotBytes = 128 * 1024;

}  // namespace

ReadStage::ReadStage(ByteSource& inner, std::vector<Listener> listeners)
    : inner_(inner),
      listeners_(std::move(listeners)),
      slots_(kSlots),
      consumed_(1 + listeners_.size(), 0) {
  threads_.emplace_back([this] { produce(); });
  for (size_t i = 0; i < listeners_.size(); ++i) threads_.emplace_back([this, i] { listen(i); });
}

ReadStage::~ReadStage() {
  {
    std::lock_guard lock(mutex_);
    is_abandoned_ = true;
  }
  changed_.notify_all();
  join();
}

void ReadStage::finish() {
  join();
}

void ReadStage::join() {
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

// The slot to fill next, once everybody is done with it; nothing when nobody wants more.
std::optional<size_t> ReadStage::wait_for_room() {
  std::unique_lock lock(mutex_);
  auto has_room = [&] {
    return produced_ - *std::min_element(consumed_.begin(), consumed_.end()) < kSlots;
  };
  changed_.wait(lock, [&] { return is_abandoned_ || has_room(); });
  if (is_abandoned_) return std::nullopt;
  return static_cast<size_t>(produced_ % kSlots);
}

void ReadStage::produce() {
  while (std::optional<size_t> room = wait_for_room()) {
    Slot& slot = slots_[*room];
    slot.bytes.resize(kSlotBytes);
    Result<size_t> size = inner_.read(slot.bytes);
    std::lock_guard lock(mutex_);
    if (size.ok() && *size > 0) {
      slot.size = *size;
      ++produced_;
    } else {
      if (!size.ok()) error_ = std::move(size).error();
      is_ended_ = true;
    }
    changed_.notify_all();
    if (is_ended_) return;
  }
}

// The consumer's next piece; nullptr at the end.
const ReadStage::Slot* ReadStage::wait_for_piece(size_t consumer) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock,
                [&] { return is_abandoned_ || is_ended_ || consumed_[consumer] < produced_; });
  if (is_abandoned_ || consumed_[consumer] == produced_) return nullptr;
  return &slots_[consumed_[consumer] % kSlots];
}

void ReadStage::release(size_t consumer) {
  {
    std::lock_guard lock(mutex_);
    ++consumed_[consumer];
  }
  changed_.notify_all();
}

void ReadStage::listen(size_t listener) {
  while (const Slot* piece = wait_for_piece(1 + listener)) {
    listeners_[listener]({reinterpret_cast<const char*>(piece->bytes.data()), piece->size});
    release(1 + listener);
  }
}

Result<size_t> ReadStage::read(MutableBytes into) {
  const Slot* piece = wait_for_piece(0);
  if (piece == nullptr) {
    std::lock_guard lock(mutex_);
    if (error_) return *error_;
    return size_t{0};
  }
  size_t n = std::min(into.size(), piece->size - piece_at_);
  std::memcpy(into.data(), piece->bytes.data() + piece_at_, n);
  piece_at_ += n;
  if (piece_at_ == piece->size) {
    piece_at_ = 0;
    release(0);
  }
  return n;
}

}  // namespace whittle
