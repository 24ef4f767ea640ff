// Inside of image: what both writers need. A layer's plain tar as a stream that is checked, and
// output that appears only when it is whole.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "base/fd.h"
#include "base/fs.h"
#include "image/source.h"
#include "image/write.h"

namespace whittle {

// Progress of several layers that are written at the same time.
class WriteProgress {
 public:
  explicit WriteProgress(Progress& progress) : progress_(progress) {}

  void add(uint64_t bytes) { progress_.update(done_.fetch_add(bytes) + bytes); }

 private:
  Progress& progress_;
  std::atomic<uint64_t> done_{0};
};

using ByteSink = std::function<Status(std::string_view)>;

// Passes all of `source` to `sink`.
Status pump(ByteSource& source, const ByteSink& sink, const WriteOptions& options);
// The decompressed layer to `sink`; Invalid if it is not what its diff id says.
Status pump_plain_layer(const Image& image,
                        size_t layer,
                        const ByteSink& sink,
                        const WriteOptions& options);

// A file beside its final place, which it takes at commit(); gone if that is never called.
class PendingFile {
 public:
  // In the folder of `target`, with mode 0644.
  static Result<PendingFile> make(const fs::path& target);
  PendingFile(PendingFile&& other) noexcept;
  PendingFile& operator=(PendingFile&&) = delete;
  ~PendingFile();

  int fd() const { return fd_.get(); }

  // Syncs and renames; `target` may differ from make()'s within the folder.
  Status commit(const fs::path& target);

 private:
  PendingFile(UniqueFd fd, fs::path path) : fd_(std::move(fd)), path_(std::move(path)) {}

  UniqueFd fd_;
  fs::path path_;
};

}  // namespace whittle
