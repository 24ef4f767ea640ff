#include "codec/compress.h"

#include <fmt/format.h>
#include <libdeflate.h>
#include <zstd.h>

#include <algorithm>

namespace whittle {

namespace {

constexpr int kGzipLevel = 6;

// One gzip member (time stamp 0) after the other. One object a thread.
class MemberWriter {
 public:
  MemberWriter() : compressor_(libdeflate_alloc_compressor(kGzipLevel)) {
    CHECK(compressor_ != nullptr);
    buffer_.resize(libdeflate_gzip_compress_bound(compressor_.get(), kGzipMemberBytes));
  }

  // Valid until the next call. At most kGzipMemberBytes.
  std::string_view write(std::string_view block) {
    size_t n = libdeflate_gzip_compress(
        compressor_.get(), block.data(), block.size(), buffer_.data(), buffer_.size());
    CHECK(n > 0);
    return std::string_view(buffer_).substr(0, n);
  }

 private:
  struct Free {
    void operator()(libdeflate_compressor* compressor) const {
      libdeflate_free_compressor(compressor);
    }
  };

  std::unique_ptr<libdeflate_compressor, Free> compressor_;
  std::string buffer_;
};

class GzipCompressor : public Compressor {
 public:
  Status add(std::string_view bytes, std::string& out) override {
    while (!bytes.empty()) {
      size_t n = std::min(bytes.size(), kGzipMemberBytes - block_.size());
      block_.append(bytes.substr(0, n));
      bytes.remove_prefix(n);
      if (block_.size() == kGzipMemberBytes) flush(out);
    }
    return {};
  }

  Status finish(std::string& out) override {
    if (!block_.empty() || !has_data_) flush(out);
    return {};
  }

 private:
  void flush(std::string& out) {
    out.append(writer_.write(block_));
    block_.clear();
    has_data_ = true;
  }

  MemberWriter writer_;
  std::string block_;
  bool has_data_ = false;
};

class ZstdCompressor : public Compressor {
 public:
  explicit ZstdCompressor(int level)
      : context_(ZSTD_createCCtx()), buffer_(ZSTD_CStreamOutSize(), '\0') {
    CHECK(context_ != nullptr);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  }

  Status add(std::string_view bytes, std::string& out) override {
    return run(bytes, ZSTD_e_continue, out);
  }

  Status finish(std::string& out) override { return run({}, ZSTD_e_end, out); }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };

  Status run(std::string_view bytes, ZSTD_EndDirective directive, std::string& out) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    for (;;) {
      ZSTD_outBuffer piece{buffer_.data(), buffer_.size(), 0};
      size_t left = ZSTD_compressStream2(context_.get(), &piece, &in, directive);
      if (ZSTD_isError(left) != 0) return Error(fmt::format("zstd: {}", ZSTD_getErrorName(left)));
      out.append(buffer_, 0, piece.pos);
      bool done = directive == ZSTD_e_end ? left == 0 : in.pos == in.size;
      if (done) return {};
    }
  }

  std::unique_ptr<ZSTD_CCtx, Free> context_;
  std::string buffer_;
};

}  // namespace

std::unique_ptr<Compressor> gzip_compressor() {
  return std::make_unique<GzipCompressor>();
}

std::unique_ptr<Compressor> zstd_compressor(int level) {
  return std::make_unique<ZstdCompressor>(level);
}

GzipMeter::GzipMeter(unsigned threads) : max_waiting_(2 * std::max(1U, threads)) {
  for (unsigned i = 0; i < std::max(1U, threads); ++i) threads_.emplace_back([this] { work(); });
}

GzipMeter::~GzipMeter() {
  {
    std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void GzipMeter::submit(Stream& stream, std::string block) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return tasks_.size() < max_waiting_; });
  stream.pending_ += 1;
  tasks_.push({&stream, std::move(block)});
  changed_.notify_all();
}

void GzipMeter::work() {
  MemberWriter writer;
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return is_closing_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    Task task = std::move(tasks_.front());
    tasks_.pop();
    lock.unlock();
    uint64_t size = writer.write(task.block).size();
    lock.lock();
    task.stream->total_ += size;
    task.stream->pending_ -= 1;
    changed_.notify_all();
  }
}

void GzipMeter::Stream::add(std::string_view bytes) {
  while (!bytes.empty()) {
    size_t n = std::min(bytes.size(), kGzipMemberBytes - block_.size());
    block_.append(bytes.substr(0, n));
    bytes.remove_prefix(n);
    if (block_.size() < kGzipMemberBytes) continue;
    has_data_ = true;
    meter_.submit(*this, std::move(block_));
    block_ = {};
    block_.reserve(kGzipMemberBytes);
  }
}

uint64_t GzipMeter::Stream::finish() {
  if (!block_.empty() || !has_data_) {
    has_data_ = true;
    meter_.submit(*this, std::move(block_));
    block_ = {};
  }
  std::unique_lock lock(meter_.mutex_);
  meter_.changed_.wait(lock, [&] { return pending_ == 0; });
  return total_;
}

}  // namespace whittle
