// Scoped timers and counters behind --stats. Off by default; a disabled timer costs one branch.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whittle {

// One named total over the whole process. Thread-safe. `name` must outlive the program (a literal).
struct StatRow {
  std::string_view name;
  uint64_t count = 0;
  uint64_t total = 0;  // nanoseconds for timers, units for counters
  bool is_timer = false;
};

class Stat {
 public:
  Stat(std::string_view name, bool is_timer);
  void add(uint64_t amount) {
    count_.fetch_add(1, std::memory_order_relaxed);
    total_.fetch_add(amount, std::memory_order_relaxed);
  }
  StatRow row() const;

 private:
  std::string_view name_;
  bool is_timer_;
  std::atomic<uint64_t> count_{0};
  std::atomic<uint64_t> total_{0};
};

void enable_stats();
bool stats_enabled();
// All rows that were touched, by name.
std::vector<StatRow> collect_stats();

class ScopedTimer {
 public:
  explicit ScopedTimer(Stat& stat)
      : stat_(stats_enabled() ? &stat : nullptr), start_(std::chrono::steady_clock::now()) {}
  ~ScopedTimer() {
    if (stat_ == nullptr) return;
    auto elapsed = std::chrono::steady_clock::now() - start_;
    stat_->add(static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(elapsed).count()));
  }
  ScopedTimer(const ScopedTimer&) = delete;
  ScopedTimer& operator=(const ScopedTimer&) = delete;

 private:
  Stat* stat_;
  std::chrono::steady_clock::time_point start_;
};

// Usage at function scope: `static Stat stat("index layer", true); ScopedTimer timer(stat);`
// Counters: `static Stat stat("tar entries", false); if (stats_enabled()) stat.add(n);`

}  // namespace whittle
