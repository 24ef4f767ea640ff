// zstd by libzstd: frames one after the other, skippable ones passed over, bounded window.
#include <fmt/format.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "codec/decoders.h"

namespace whittle {

namespace {

constexpr int kMaxWindowLog = 27;  // 128 MiB: what zstd itself takes without being told otherwise

struct FreeContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

class ZstdDecoder : public ByteSource {
 public:
  explicit ZstdDecoder(std::unique_ptr<ByteSource> compressed)
      : input_(std::move(compressed)), context_(ZSTD_createDCtx()) {
    CHECK(context_ != nullptr);
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kMaxWindowLog);
  }

  Result<size_t> read(MutableBytes into) override {
    for (;;) {
      TRY_ASSIGN(Bytes bytes, input_.fill());
      if (bytes.empty() && at_frame_end_) return size_t{0};
      ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
      ZSTD_outBuffer out{into.data(), into.size(), 0};
      size_t code = ZSTD_decompressStream(context_.get(), &out, &in);
      if (ZSTD_isError(code) != 0) return zstd_error(code);
      at_frame_end_ = code == 0;
      input_.consume(in.pos);
      if (out.pos > 0) return out.pos;
      if (bytes.empty() && !at_frame_end_) {
        return Error(ErrorKind::Invalid, "zstd: unexpected end of data");
      }
    }
  }

 private:
  static Error zstd_error(size_t code) {
    if (ZSTD_getErrorCode(code) == ZSTD_error_frameParameter_windowTooLarge) {
      return Error(ErrorKind::Limit, "zstd: the frame asks for a window of more than 128 MiB");
    }
    return Error(ErrorKind::Invalid, fmt::format("zstd: {}", ZSTD_getErrorName(code)));
  }

  InputWindow input_;
  std::unique_ptr<ZSTD_DCtx, FreeContext> context_;
  bool at_frame_end_ = true;
};

}  // namespace

std::unique_ptr<ByteSource> zstd_decoder(std::unique_ptr<ByteSource> compressed) {
  return std::make_unique<ZstdDecoder>(std::move(compressed));
}

}  // namespace whittle
