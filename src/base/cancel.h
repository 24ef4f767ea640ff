// Cancellation: one flag that a signal handler sets and every long operation looks at.
#pragma once

#include <atomic>

#include "base/result.h"

namespace whittle {

// Thread-safe and async-signal-safe. Whoever loops or waits takes a `const CancelToken&`.
class CancelToken {
 public:
  // Async-signal-safe.
  void cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  bool is_cancelled() const { return cancelled_.load(std::memory_order_relaxed); }
  // ErrorKind::Cancelled once cancel() was called.
  Status check() const {
    if (is_cancelled()) return Error(ErrorKind::Cancelled, "interrupted");
    return {};
  }

 private:
  std::atomic<bool> cancelled_{false};
};

}  // namespace whittle
