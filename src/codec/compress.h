// Compression for writers, deterministic: gzip (level 6, in members of 1 MiB, no time stamp) by
// libdeflate, zstd by libzstd; and the size a stream would have as gzip.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <queue>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"

namespace whittle {

inline constexpr size_t kGzipMemberBytes = 1 << 20;
inline constexpr int kZstdLevel = 3;

// Compresses a stream piece by piece. Not thread-safe.
class Compressor {
 public:
  virtual ~Compressor() = default;
  // Appends what is ready to `out`.
  virtual Status add(std::string_view bytes, std::string& out) = 0;
  // The rest. The compressor cannot be used afterwards.
  virtual Status finish(std::string& out) = 0;
};

std::unique_ptr<Compressor> gzip_compressor();
std::unique_ptr<Compressor> zstd_compressor(int level = kZstdLevel);

// Threads that compress blocks only to learn their size. Shared by the streams that are measured at
// the same time; at most two blocks a thread wait, so memory is bounded. Thread-safe. Outlives its
// streams.
class GzipMeter {
 public:
  explicit GzipMeter(unsigned threads);
  ~GzipMeter();
  GzipMeter(const GzipMeter&) = delete;
  GzipMeter& operator=(const GzipMeter&) = delete;

  // One stream. add() and finish() from one thread.
  class Stream {
   public:
    explicit Stream(GzipMeter& meter) : meter_(meter) {}

    // Waits for what is under way.
    ~Stream() { static_cast<void>(finish()); }

    void add(std::string_view bytes);
    // The size of the whole stream as gzip_compressor() writes it.
    uint64_t finish();

   private:
    friend class GzipMeter;
    GzipMeter& meter_;
    std::string block_;
    bool has_data_ = false;
    uint64_t total_ = 0;  // under the meter's mutex
    size_t pending_ = 0;  // under the meter's mutex
  };

 private:
  struct Task {
    Stream* stream;
    std::string block;
  };

  void submit(Stream& stream, std::string block);
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::queue<Task> tasks_;
  size_t max_waiting_;
  bool is_closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace whittle
