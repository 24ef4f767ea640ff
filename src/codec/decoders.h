// Inside of codec: the decoders behind decompress(), one file each.
#pragma once

#include <memory>
#include <vector>

#include "codec/byte_source.h"

namespace whittle {

// A window of compressed bytes that a decoder consumes from the front. Owned by one decoder.
class InputWindow {
 public:
  explicit InputWindow(std::unique_ptr<ByteSource> source);
  // Bytes not consumed yet; reads more when there are none. Empty at the end of the stream.
  Result<Bytes> fill();

  void consume(size_t count) { begin_ += count; }

 private:
  std::unique_ptr<ByteSource> source_;
  std::vector<std::byte> buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
};

std::unique_ptr<ByteSource> gzip_decoder(std::unique_ptr<ByteSource> compressed);
std::unique_ptr<ByteSource> zstd_decoder(std::unique_ptr<ByteSource> compressed);

}  // namespace whittle
