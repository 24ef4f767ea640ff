#include "image/sources/unpack.h"

#include <bzlib.h>
#include <fmt/format.h>
#include <lzma.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/fs.h"
#include "codec/decompress.h"

namespace whittle {

namespace {

constexpr size_t kMagicBytes = 6;
constexpr size_t kBufferBytes = 256 * 1024;
constexpr uint64_t kMaxXzMemory = 512ULL << 20;
constexpr uint64_t kRatioFreeBytes = 64ULL << 20;  // the expansion ratio counts from here on

bool is_xz(std::string_view bytes) {
  return bytes.starts_with(
      std::string_view("\xfd"
                       "7zXZ\0",
                       6));
}

bool is_bzip2(std::string_view bytes) {
  return bytes.size() >= 4 && bytes.starts_with("BZh") && bytes[3] >= '1' && bytes[3] <= '9';
}

// Hands out bytes that were read before, then the rest; counts, and ends when cancelled.
class WatchedSource : public ByteSource {
 public:
  WatchedSource(std::string first, ByteSource& rest, const OpenOptions& options)
      : first_(std::move(first)), rest_(rest), options_(options) {}

  Result<size_t> read(MutableBytes into) override {
    TRY(options_.cancel->check());
    size_t n = std::min(into.size(), first_.size() - at_);
    if (n > 0) {
      std::memcpy(into.data(), first_.data() + at_, n);
      at_ += n;
    } else {
      TRY_ASSIGN(n, rest_.read(into));
    }
    bytes_ += n;
    options_.progress->update(bytes_);
    return n;
  }

  uint64_t bytes() const { return bytes_; }

 private:
  std::string first_;
  size_t at_ = 0;
  ByteSource& rest_;
  const OpenOptions& options_;
  uint64_t bytes_ = 0;
};

class XzSource : public ByteSource {
 public:
  explicit XzSource(ByteSource& inner) : inner_(inner), buffer_(kBufferBytes) {
    is_ready_ = lzma_stream_decoder(&stream_, kMaxXzMemory, LZMA_CONCATENATED) == LZMA_OK;
  }

  ~XzSource() override { lzma_end(&stream_); }

  Result<size_t> read(MutableBytes into) override {
    if (!is_ready_) return Error("xz: cannot start");
    stream_.next_out = reinterpret_cast<uint8_t*>(into.data());
    stream_.avail_out = into.size();
    while (!is_ended_ && stream_.avail_out == into.size()) {
      if (stream_.avail_in == 0 && !is_drained_) {
        TRY_ASSIGN(size_t n, inner_.read(buffer_));
        stream_.next_in = reinterpret_cast<const uint8_t*>(buffer_.data());
        stream_.avail_in = n;
        is_drained_ = n == 0;
      }
      lzma_ret code = lzma_code(&stream_, is_drained_ ? LZMA_FINISH : LZMA_RUN);
      if (code == LZMA_STREAM_END) {
        is_ended_ = true;
      } else if (code == LZMA_MEMLIMIT_ERROR) {
        return Error(ErrorKind::Limit, "xz: it needs more than 512 MiB to unpack");
      } else if (code == LZMA_BUF_ERROR) {
        return Error(ErrorKind::Invalid, "xz: unexpected end of data");
      } else if (code != LZMA_OK) {
        return Error(ErrorKind::Invalid, "xz: damaged data");
      }
    }
    return into.size() - stream_.avail_out;
  }

 private:
  ByteSource& inner_;
  std::vector<std::byte> buffer_;
  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool is_ready_ = false;
  bool is_drained_ = false;
  bool is_ended_ = false;
};

// Several streams may follow each other (pbzip2 writes such files).
class Bzip2Source : public ByteSource {
 public:
  explicit Bzip2Source(ByteSource& inner) : inner_(inner), buffer_(kBufferBytes) {
    is_ready_ = BZ2_bzDecompressInit(&stream_, 0, 0) == BZ_OK;
  }

  ~Bzip2Source() override { BZ2_bzDecompressEnd(&stream_); }

  Result<size_t> read(MutableBytes into) override {
    if (!is_ready_) return Error("bzip2: cannot start");
    size_t wanted = std::min<size_t>(into.size(), 1U << 30);
    stream_.next_out = reinterpret_cast<char*>(into.data());
    stream_.avail_out = static_cast<unsigned>(wanted);
    while (stream_.avail_out == wanted) {
      if (stream_.avail_in == 0) {
        TRY_ASSIGN(size_t n, inner_.read(buffer_));
        if (n == 0 && is_between_) break;
        if (n == 0) return Error(ErrorKind::Invalid, "bzip2: unexpected end of data");
        stream_.next_in = reinterpret_cast<char*>(buffer_.data());
        stream_.avail_in = static_cast<unsigned>(n);
      }
      TRY(decode());
    }
    return wanted - stream_.avail_out;
  }

 private:
  Status decode() {
    if (is_between_) {
      bz_stream next = stream_;
      BZ2_bzDecompressEnd(&stream_);
      stream_ = {};
      if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) return Error("bzip2: cannot start");
      stream_.next_in = next.next_in;
      stream_.avail_in = next.avail_in;
      stream_.next_out = next.next_out;
      stream_.avail_out = next.avail_out;
      is_between_ = false;
    }
    int code = BZ2_bzDecompress(&stream_);
    is_between_ = code == BZ_STREAM_END;
    if (code == BZ_OK || is_between_) return {};
    return Error(ErrorKind::Invalid, "bzip2: damaged data");
  }

  ByteSource& inner_;
  std::vector<std::byte> buffer_;
  bz_stream stream_{};
  bool is_ready_ = false;
  bool is_between_ = false;
};

Status copy(ByteSource& plain, const WatchedSource& packed, int fd, const Limits& limits) {
  std::vector<std::byte> buffer(kBufferBytes);
  uint64_t copied = 0;
  for (;;) {
    TRY_ASSIGN(size_t n, plain.read(buffer));
    if (n == 0) return {};
    copied += n;
    if (copied > limits.max_layer_bytes)
      return limit_error("unpacking", &Limits::max_layer_bytes, limits);
    if (copied > kRatioFreeBytes &&
        copied / std::max<uint64_t>(packed.bytes(), 1) > limits.max_expansion_ratio) {
      return limit_error("unpacking", &Limits::max_expansion_ratio, limits);
    }
    TRY(write_all(fd, {reinterpret_cast<const char*>(buffer.data()), n}));
  }
}

}  // namespace

bool is_packed(std::string_view first_bytes) {
  return detect_format(first_bytes) != StreamFormat::Plain || is_xz(first_bytes) ||
         is_bzip2(first_bytes);
}

Result<UniqueFd> unpack_to_temp(ByteSource& stored, const OpenOptions& options) {
  options.progress->phase("unpacking the archive", 0, "B");
  std::string first(kMagicBytes, '\0');
  TRY_ASSIGN(size_t n, read_fully(stored, std::as_writable_bytes(std::span(first))));
  first.resize(n);
  bool needs_xz = is_xz(first);
  bool needs_bzip2 = is_bzip2(first);
  WatchedSource watched(std::move(first), stored, options);
  TRY_ASSIGN(UniqueFd temp, open_unnamed_temp());
  if (needs_xz || needs_bzip2) {
    std::unique_ptr<ByteSource> plain;
    if (needs_xz) plain = std::make_unique<XzSource>(watched);
    if (needs_bzip2) plain = std::make_unique<Bzip2Source>(watched);
    TRY(copy(*plain, watched, temp.get(), options.limits));
    return temp;
  }
  TRY_ASSIGN(Decompressed plain, decompress(watched, options.limits));
  TRY(copy(*plain.bytes, watched, temp.get(), options.limits));
  return temp;
}

}  // namespace whittle
