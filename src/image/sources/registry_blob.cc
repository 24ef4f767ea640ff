#include "image/sources/registry_blob.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "image/sources/registry_http.h"

namespace whittle {

namespace {

constexpr unsigned kMaxTriesWithoutProgress = 5;
constexpr size_t kDropBytes = 64 * 1024;
// How often a connection may break in all: a few times, and once for so many bytes.
constexpr uint64_t kFreeReconnects = 20;
constexpr uint64_t kBytesPerReconnect = 4ULL << 20;

class RegistryBlob : public ByteSource {
 public:
  RegistryBlob(const RegistryClient& client, Descriptor blob)
      : client_(client), blob_(std::move(blob)) {}

  // Asks for the bytes from `offset_` on.
  Status connect() {
    RegistryRequest request{"GET", "/blobs/" + blob_.digest, {}};
    bool has_range = offset_ > 0 && takes_ranges_;
    if (has_range) request.headers.push_back(fmt::format("Range: bytes={}-", offset_));
    stream_.reset();
    TRY_ASSIGN(HttpStream stream, client_.open(request));
    if (stream.head().status == 206) {
      std::optional<ContentRange> range =
          parse_content_range(stream.head().header("content-range"));
      bool is_right = has_range && range && range->first == offset_ &&
                      range->last + 1 == blob_.size &&
                      range->total.value_or(blob_.size) == blob_.size;
      if (!is_right) {
        takes_ranges_ = false;  // the next try asks for all of it
        return Error("the registry gave another part of the blob than was asked for");
      }
      to_drop_ = 0;
    } else {
      TRY(check_length(stream.head()));
      to_drop_ = offset_;
    }
    stream_.emplace(std::move(stream));
    return {};
  }

  Result<size_t> read(MutableBytes into) override {
    if (offset_ == blob_.size && is_at_end_) return size_t{0};
    for (unsigned tries = 0;;) {
      Result<size_t> n = read_once(into);
      if (n.ok()) return n;
      bool is_final = n.error().kind() != ErrorKind::Failed || ++tries > kMaxTriesWithoutProgress;
      if (is_final) return std::move(n).error().with(fmt::format("blob {}", blob_.digest));
      if (++reconnects_ > kFreeReconnects + blob_.size / kBytesPerReconnect)
        return Error(fmt::format("blob {}: the connection breaks too often", blob_.digest));
      stream_.reset();
      TRY(wait_ms(backoff_ms(tries), *client_.options().cancel));
    }
  }

 private:
  Status check_length(const HttpResponse& head) const {
    std::optional<uint64_t> length = parse_u64(head.header("content-length"));
    if (!length || *length == blob_.size) return {};
    return Error(
        ErrorKind::Invalid,
        fmt::format("the registry has {} bytes of it, but the image says {}", *length, blob_.size));
  }

  Result<size_t> read_once(MutableBytes into) {
    if (!stream_) TRY(connect());
    TRY(drop());
    TRY_ASSIGN(size_t n, stream_->read(into));
    if (n == 0 && offset_ < blob_.size)
      return Error(fmt::format("it ended after {} of {} bytes", offset_, blob_.size));
    if (n > blob_.size - offset_) {
      return Error(ErrorKind::Invalid,
                   fmt::format("it has more than the {} bytes that the image says", blob_.size));
    }
    offset_ += n;
    is_at_end_ = n == 0;
    return n;
  }

  // A server without ranges sends again what was read already.
  Status drop() {
    std::vector<std::byte> piece(to_drop_ == 0 ? 0 : kDropBytes);
    while (to_drop_ > 0) {
      size_t most = static_cast<size_t>(std::min<uint64_t>(piece.size(), to_drop_));
      TRY_ASSIGN(size_t n, stream_->read(MutableBytes(piece).first(most)));
      if (n == 0) return Error("it ended early");
      to_drop_ -= n;
    }
    return {};
  }

  const RegistryClient& client_;
  Descriptor blob_;
  std::optional<HttpStream> stream_;
  uint64_t offset_ = 0;
  uint64_t to_drop_ = 0;
  uint64_t reconnects_ = 0;
  bool takes_ranges_ = true;
  bool is_at_end_ = false;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> open_registry_blob(const RegistryClient& client,
                                                       const Descriptor& blob) {
  auto source = std::make_unique<RegistryBlob>(client, blob);
  TRY(source->connect());
  return std::unique_ptr<ByteSource>(std::move(source));
}

}  // namespace whittle
