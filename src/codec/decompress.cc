#include "codec/decompress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/strings.h"
#include "codec/decoders.h"

namespace whittle {

namespace {

constexpr size_t kWindowBytes = 256 * 1024;
constexpr uint64_t kRatioFreeBytes = 64ULL << 20;  // the expansion ratio counts from here on
constexpr size_t kMagicBytes = 4;

// The first bytes again, then the rest; counts what it gives out.
class ReplaySource : public ByteSource {
 public:
  ReplaySource(std::string first, ByteSource& rest, uint64_t& bytes)
      : first_(std::move(first)), rest_(rest), bytes_(bytes) {}

  Result<size_t> read(MutableBytes into) override {
    size_t n = std::min(into.size(), first_.size() - at_);
    if (n > 0) {
      std::memcpy(into.data(), first_.data() + at_, n);
      at_ += n;
    } else {
      TRY_ASSIGN(n, rest_.read(into));
    }
    bytes_ += n;
    return n;
  }

  uint64_t skip(uint64_t count) override {
    if (at_ < first_.size()) return 0;
    uint64_t n = rest_.skip(count);
    bytes_ += n;
    return n;
  }

  Result<Bytes> look(size_t count) override {
    return at_ < first_.size() ? Bytes() : rest_.look(count);
  }

  bool can_skip() const override { return rest_.can_skip(); }

 private:
  std::string first_;
  size_t at_ = 0;
  ByteSource& rest_;
  uint64_t& bytes_;
};

// Holds the decoder to the limits on total size and expansion.
class LimitedSource : public ByteSource {
 public:
  LimitedSource(const Limits& limits, std::unique_ptr<uint64_t> compressed_bytes)
      : limits_(limits), in_(std::move(compressed_bytes)) {}

  void set_inner(std::unique_ptr<ByteSource> inner) { inner_ = std::move(inner); }

  uint64_t& compressed_bytes() { return *in_; }

  Result<size_t> read(MutableBytes into) override {
    TRY_ASSIGN(size_t n, inner_->read(into));
    TRY(add(n));
    return n;
  }

  uint64_t skip(uint64_t count) override {
    uint64_t n = inner_->skip(count);
    out_ += n;
    return n;
  }

  Result<Bytes> look(size_t count) override {
    TRY(add(0));
    return inner_->look(count);
  }

  bool can_skip() const override { return inner_->can_skip(); }

 private:
  Status add(size_t n) {
    out_ += n;
    if (out_ > limits_.max_layer_bytes) {
      return limit_error("decompressing", &Limits::max_layer_bytes, limits_);
    }
    if (out_ > kRatioFreeBytes &&
        out_ / std::max<uint64_t>(*in_, 1) > limits_.max_expansion_ratio) {
      return limit_error("decompressing", &Limits::max_expansion_ratio, limits_);
    }
    return {};
  }

  Limits limits_;
  std::unique_ptr<uint64_t> in_;
  uint64_t out_ = 0;
  std::unique_ptr<ByteSource> inner_;
};

}  // namespace

InputWindow::InputWindow(std::unique_ptr<ByteSource> source)
    : source_(std::move(source)), buffer_(kWindowBytes) {}

Result<Bytes> InputWindow::fill() {
  if (begin_ == end_) {
    TRY_ASSIGN(size_t n, source_->read(buffer_));
    begin_ = 0;
    end_ = n;
  }
  return Bytes(buffer_).subspan(begin_, end_ - begin_);
}

StreamFormat detect_format(std::string_view first_bytes) {
  auto at = [&](size_t i) { return static_cast<unsigned char>(first_bytes[i]); };
  if (first_bytes.size() >= 2 && at(0) == 0x1f && at(1) == 0x8b) return StreamFormat::Gzip;
  if (first_bytes.size() < kMagicBytes) return StreamFormat::Plain;
  if (first_bytes.substr(0, 4) == "\x28\xb5\x2f\xfd") return StreamFormat::Zstd;
  bool is_skippable = (at(0) & 0xf0) == 0x50 && first_bytes.substr(1, 3) == "\x2a\x4d\x18";
  return is_skippable ? StreamFormat::Zstd : StreamFormat::Plain;
}

Result<Decompressed> decompress(ByteSource& stored, const Limits& limits) {
  std::string first;  // as far as it has to be read to be seen
  TRY_ASSIGN(Bytes bytes, stored.look(kMagicBytes));
  if (bytes.empty()) {
    first.resize(kMagicBytes);
    TRY_ASSIGN(size_t n, read_fully(stored, std::as_writable_bytes(std::span(first))));
    first.resize(n);
    bytes = std::as_bytes(std::span(first));
  }
  Decompressed result;
  result.format = detect_format(
      {reinterpret_cast<const char*>(bytes.data()), std::min(bytes.size(), kMagicBytes)});
  auto limited = std::make_unique<LimitedSource>(limits, std::make_unique<uint64_t>(0));
  auto replay =
      std::make_unique<ReplaySource>(std::move(first), stored, limited->compressed_bytes());
  switch (result.format) {
    case StreamFormat::Plain:
      limited->set_inner(std::move(replay));
      break;
    case StreamFormat::Gzip:
      limited->set_inner(gzip_decoder(std::move(replay)));
      break;
    case StreamFormat::Zstd:
      limited->set_inner(zstd_decoder(std::move(replay)));
      break;
  }
  result.bytes = std::move(limited);
  return result;
}

}  // namespace whittle
