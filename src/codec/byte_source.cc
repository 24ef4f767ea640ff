#include "codec/byte_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "base/fs.h"
#include "base/strings.h"
#include "codec/file_window.h"

namespace whittle {

namespace {

constexpr size_t kCopyBytes = 256 * 1024;
constexpr size_t kPageBytes = 4096;
constexpr uint64_t kMinOwnBytes = 1 << 20;  // of a range that gets an open file of its own
constexpr size_t kMaxLookBytes = FileWindow::kBytes - FileWindow::kStepBytes;

class FileRangeSource : public ByteSource {
 public:
  FileRangeSource(int fd, uint64_t offset, uint64_t size)
      : fd_(fd), begin_(offset), offset_(offset), left_(size) {}

  Result<size_t> read(MutableBytes into) override {
    size_t wanted = static_cast<size_t>(std::min<uint64_t>(into.size(), left_));
    if (wanted == 0) return size_t{0};
    // Who asks for little jumps on soon: a second page would be fetched for nothing.
    if (wanted <= kPageBytes) wanted = std::min(wanted, kPageBytes - offset_ % kPageBytes);
    for (;;) {
      ssize_t n = ::pread(fd_, into.data(), wanted, static_cast<off_t>(offset_));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return errno_error("cannot read", errno);
      if (n == 0) return Error(ErrorKind::Invalid, "unexpected end of file");
      offset_ += static_cast<uint64_t>(n);
      left_ -= static_cast<uint64_t>(n);
      return static_cast<size_t>(n);
    }
  }

  uint64_t skip(uint64_t count) override {
    uint64_t skipped = std::min(count, left_);
    offset_ += skipped;
    left_ -= skipped;
    return skipped;
  }

  bool can_skip() const override { return true; }

  std::unique_ptr<ByteSource> from(uint64_t offset) const override {
    uint64_t size = offset_ + left_ - begin_;
    uint64_t before = std::min(offset, size);
    return file_range_source(fd_, begin_ + before, size - before);
  }

 protected:
  uint64_t offset() const { return offset_; }

  uint64_t left() const { return left_; }

 private:
  int fd_;
  uint64_t begin_;
  uint64_t offset_;
  uint64_t left_;
};

class FdSource : public ByteSource {
 public:
  explicit FdSource(UniqueFd fd) : fd_(std::move(fd)) {}

  Result<size_t> read(MutableBytes into) override {
    for (;;) {
      ssize_t n = ::read(fd_.get(), into.data(), into.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return errno_error("cannot read", errno);
      return static_cast<size_t>(n);
    }
  }

 private:
  UniqueFd fd_;
};

class FileSource : public FileRangeSource {
 public:
  FileSource(UniqueFd fd, uint64_t offset, uint64_t size)
      : FileRangeSource(fd.get(), offset, size), fd_(std::move(fd)) {}

  Result<Bytes> look(size_t count) override {
    if (window_.is_broken())
      return Error(ErrorKind::Invalid, "cannot read: the file became shorter, or its disk failed");
    count = static_cast<size_t>(std::min<uint64_t>(count, left()));
    if (count == 0 || count > kMaxLookBytes) return Bytes();
    return window_.show(fd_.get(), offset(), count, offset() + left());
  }

 private:
  UniqueFd fd_;
  FileWindow window_;
};

class StringSource : public ByteSource {
 public:
  explicit StringSource(std::string bytes) : bytes_(std::move(bytes)) {}

  Result<size_t> read(MutableBytes into) override {
    size_t n = std::min(into.size(), bytes_.size() - at_);
    if (n > 0) std::memcpy(into.data(), bytes_.data() + at_, n);
    at_ += n;
    return n;
  }

  uint64_t skip(uint64_t count) override {
    uint64_t n = std::min<uint64_t>(count, bytes_.size() - at_);
    at_ += static_cast<size_t>(n);
    return n;
  }

  bool can_skip() const override { return true; }

 private:
  std::string bytes_;
  size_t at_ = 0;
};

Error too_big(uint64_t max_bytes) {
  return Error(ErrorKind::Limit, fmt::format("more than {}", format_bytes(max_bytes)));
}

// The file once more. Threads that read one open file wait for each other's counting of its users,
// header by header. The time of last access stays as it is, where the file is one's own. Not open
// if that cannot be had.
UniqueFd reopen(int fd) {
  std::string path = fmt::format("/proc/self/fd/{}", fd);

  struct stat info {};

  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) return {};
  UniqueFd own(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOATIME));
  return own.is_open() ? std::move(own) : UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

}  // namespace

Result<size_t> read_fully(ByteSource& source, MutableBytes into) {
  size_t done = 0;
  while (done < into.size()) {
    TRY_ASSIGN(size_t n, source.read(into.subspan(done)));
    if (n == 0) break;
    done += n;
  }
  return done;
}

Result<std::string> read_all(ByteSource& source, uint64_t max_bytes) {
  std::string all;
  std::vector<std::byte> buffer(kCopyBytes);
  for (;;) {
    TRY_ASSIGN(size_t n, source.read(buffer));
    if (n == 0) return all;
    if (n > max_bytes - all.size()) return too_big(max_bytes);
    all.append(reinterpret_cast<const char*>(buffer.data()), n);
  }
}

Result<uint64_t> copy_to_fd(ByteSource& source, int fd, uint64_t max_bytes) {
  uint64_t copied = 0;
  std::vector<std::byte> buffer(kCopyBytes);
  for (;;) {
    TRY_ASSIGN(size_t n, source.read(buffer));
    if (n == 0) return copied;
    if (n > max_bytes - copied) return too_big(max_bytes);
    TRY(write_all(fd, {reinterpret_cast<const char*>(buffer.data()), n}));
    copied += n;
  }
}

std::unique_ptr<ByteSource> file_range_source(int fd, uint64_t offset, uint64_t size) {
  if (UniqueFd own = size < kMinOwnBytes ? UniqueFd() : reopen(fd); own.is_open())
    return std::make_unique<FileSource>(std::move(own), offset, size);
  return std::make_unique<FileRangeSource>(fd, offset, size);
}

std::unique_ptr<ByteSource> fd_source(UniqueFd fd) {
  struct stat info {};

  // Files of /proc say that they have 0 bytes.
  bool is_file = ::fstat(fd.get(), &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0;
  off_t at = is_file ? ::lseek(fd.get(), 0, SEEK_CUR) : -1;
  if (at < 0 || at > info.st_size) return std::make_unique<FdSource>(std::move(fd));
  uint64_t offset = static_cast<uint64_t>(at);
  return std::make_unique<FileSource>(
      std::move(fd), offset, static_cast<uint64_t>(info.st_size) - offset);
}

std::unique_ptr<ByteSource> string_source(std::string bytes) {
  return std::make_unique<StringSource>(std::move(bytes));
}

}  // namespace whittle
