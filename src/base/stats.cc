#include "base/stats.h"

#include <algorithm>
#include <mutex>

namespace whittle {

namespace {

std::atomic<bool> g_enabled{false};

struct Registry {
  std::mutex mutex;
  std::vector<const Stat*> stats;
};

Registry& registry() {
  static Registry instance;
  return instance;
}

}  // namespace

Stat::Stat(std::string_view name, bool is_timer) : name_(name), is_timer_(is_timer) {
  std::lock_guard lock(registry().mutex);
  registry().stats.push_back(this);
}

StatRow Stat::row() const {
  return {name_,
          count_.load(std::memory_order_relaxed),
          total_.load(std::memory_order_relaxed),
          is_timer_};
}

void enable_stats() {
  g_enabled.store(true, std::memory_order_relaxed);
}

bool stats_enabled() {
  return g_enabled.load(std::memory_order_relaxed);
}

std::vector<StatRow> collect_stats() {
  std::vector<StatRow> rows;
  std::lock_guard lock(registry().mutex);
  for (const Stat* stat : registry().stats) {
    StatRow row = stat->row();
    if (row.count > 0) rows.push_back(row);
  }
  std::sort(rows.begin(), rows.end(), [](const StatRow& a, const StatRow& b) {
    return a.name < b.name;
  });
  return rows;
}

}  // namespace whittle
