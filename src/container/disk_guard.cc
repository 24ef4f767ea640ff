#include "container/disk_guard.h"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr std::chrono::milliseconds kPoll(50);
constexpr uint64_t kUsableShare = 5;  // all but one part of so many

std::optional<uint64_t> free_bytes(const fs::path& folder) {
  struct statvfs found {};

  if (::statvfs(folder.c_str(), &found) != 0) return std::nullopt;
  return uint64_t{found.f_bavail} * found.f_frsize;
}

struct Watched {
  fs::path folder;
  uint64_t free_at_start = 0;
  uint64_t max_bytes = 0;
};

}  // namespace

struct DiskGuard::State {
  const CancelToken& run;
  CancelToken token;
  std::vector<Watched> watched;
  std::mutex mutex;  // of all below
  std::condition_variable changed;
  bool is_over = false;
  std::optional<Error> error;
  std::thread thread;

  explicit State(const CancelToken& run_token) : run(run_token) {}

  void end(std::optional<Error> why) {
    error = std::move(why);
    token.cancel();
  }

  // Returns whether there is nothing more to watch.
  bool look() {
    if (run.is_cancelled()) {
      end(std::nullopt);
      return true;
    }
    for (const Watched& one : watched) {
      std::optional<uint64_t> now = free_bytes(one.folder);
      uint64_t written = now ? one.free_at_start - std::min(*now, one.free_at_start) : 0;
      if (written <= one.max_bytes) continue;
      end(Error(ErrorKind::Limit,
                fmt::format("{} were written to the disk of `{}` while the container ran",
                            format_bytes(written),
                            printable(one.folder.string())))
              .hint("If the program is to be trusted, allow more with --max-written SIZE"));
      return true;
    }
    return false;
  }

  void watch() {
    std::unique_lock lock(mutex);
    while (!is_over && !look()) changed.wait_for(lock, kPoll);
  }
};

DiskGuard::DiskGuard(const std::vector<fs::path>& folders,
                     uint64_t max_bytes,
                     const CancelToken& run)
    : state_(std::make_unique<State>(run)) {
  for (const fs::path& folder : folders) {
    std::optional<uint64_t> free = free_bytes(folder);
    if (!free) continue;
    uint64_t usable = *free - *free / kUsableShare;
    state_->watched.push_back({folder, *free, std::min(max_bytes, usable)});
  }
  state_->thread = std::thread([this] { state_->watch(); });
}

DiskGuard::~DiskGuard() {
  {
    std::lock_guard lock(state_->mutex);
    state_->is_over = true;
  }
  state_->changed.notify_all();
  state_->thread.join();
}

const CancelToken& DiskGuard::token() const {
  return state_->token;
}

Status DiskGuard::check() const {
  std::lock_guard lock(state_->mutex);
  if (state_->error) return Error(*state_->error);
  return {};
}

}  // namespace whittle
