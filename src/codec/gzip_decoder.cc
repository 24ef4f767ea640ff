// gzip by ISA-L, which is about twice as fast as zlib (docs/architecture.md, Dependencies).
#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <cstring>

#include "codec/decoders.h"

namespace whittle {

namespace {

Error gzip_error(int code) {
  switch (code) {
    case ISAL_INVALID_WRAPPER:
      return Error(ErrorKind::Invalid, "gzip: not a gzip header");
    case ISAL_UNSUPPORTED_METHOD:
      return Error(ErrorKind::Invalid, "gzip: unknown compression method");
    case ISAL_INCORRECT_CHECKSUM:
      return Error(ErrorKind::Invalid, "gzip: wrong checksum or length");
    default:
      return Error(ErrorKind::Invalid, "gzip: damaged data");
  }
}

class GzipDecoder : public ByteSource {
 public:
  explicit GzipDecoder(std::unique_ptr<ByteSource> compressed)
      : input_(std::move(compressed)), state_(std::make_unique<inflate_state>()) {
    isal_inflate_init(state_.get());
    state_->crc_flag = ISAL_GZIP;
  }

  Result<size_t> read(MutableBytes into) override {
    size_t wanted = std::min<size_t>(into.size(), 1U << 30);
    for (;;) {
      if (state_->block_state == ISAL_BLOCK_FINISH) {
        TRY_ASSIGN(bool more, next_member());
        if (!more) return size_t{0};
      }
      TRY_ASSIGN(size_t n, inflate_some(into.first(wanted)));
      if (n > 0) return n;
    }
  }

 private:
  Result<size_t> inflate_some(MutableBytes into) {
    TRY_ASSIGN(Bytes bytes, input_.fill());
    state_->next_in = reinterpret_cast<uint8_t*>(const_cast<std::byte*>(bytes.data()));
    state_->avail_in = static_cast<uint32_t>(bytes.size());
    state_->next_out = reinterpret_cast<uint8_t*>(into.data());
    state_->avail_out = static_cast<uint32_t>(into.size());
    int code = isal_inflate(state_.get());
    if (code < 0 || code == ISAL_NEED_DICT) return gzip_error(code);
    size_t produced = into.size() - state_->avail_out;
    size_t consumed = bytes.size() - state_->avail_in;
    input_.consume(consumed);
    bool finished = state_->block_state == ISAL_BLOCK_FINISH;
    if (produced == 0 && bytes.empty() && !finished) {
      return Error(ErrorKind::Invalid, "gzip: unexpected end of data");
    }
    if (produced == 0 && consumed == 0 && !finished) return gzip_error(ISAL_INVALID_BLOCK);
    return produced;
  }

  // After a member: another one, or only zero bytes up to the end (padding of tapes and block
  // devices).
  Result<bool> next_member() {
    bool is_padded = false;
    for (;;) {
      TRY_ASSIGN(Bytes bytes, input_.fill());
      if (bytes.empty()) return false;
      bool all_zero =
          std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
      if (bytes.front() == std::byte{0} || is_padded) {
        if (!all_zero) break;
        is_padded = true;
        input_.consume(bytes.size());
        continue;
      }
      if (bytes.front() != std::byte{0x1f}) break;
      isal_inflate_reset(state_.get());
      state_->crc_flag = ISAL_GZIP;
      return true;
    }
    return Error(ErrorKind::Invalid, "gzip: other data after the end");
  }

  InputWindow input_;
  std::unique_ptr<inflate_state> state_;
};

}  // namespace

std::unique_ptr<ByteSource> gzip_decoder(std::unique_ptr<ByteSource> compressed) {
  return std::make_unique<GzipDecoder>(std::move(compressed));
}

}  // namespace whittle
