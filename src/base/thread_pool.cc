#include "base/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <mutex>
#include <thread>
#include <vector>

namespace whittle {

unsigned default_threads() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) == 0) {
    return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
  }
  return std::max(1U, std::thread::hardware_concurrency());
}

Status parallel_for(size_t count,
                    unsigned threads,
                    const CancelToken& cancel,
                    const std::function<Status(size_t)>& work) {
  std::atomic<size_t> next{0};
  std::mutex mutex;
  size_t failed_at = count;
  std::optional<Error> failure;
  auto loop = [&] {
    for (;;) {
      {
        std::lock_guard lock(mutex);
        if (failure) return;
      }
      size_t i = next.fetch_add(1);
      if (i >= count) return;
      Status status = cancel.check();
      if (status.ok()) status = work(i);
      if (status.ok()) continue;
      std::lock_guard lock(mutex);
      if (!failure || i < failed_at) {
        failed_at = i;
        failure.emplace(std::move(status).error());
      }
    }
  };
  size_t wanted = std::min<size_t>(std::max(1U, threads), count);
  std::vector<std::thread> helpers;
  for (size_t i = 1; i < wanted; ++i) helpers.emplace_back(loop);
  loop();
  for (std::thread& helper : helpers) helper.join();
  if (failure) return std::move(*failure);
  return {};
}

}  // namespace whittle
