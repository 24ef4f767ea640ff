// Decompression of streams whose kind the first bytes tell: gzip (RFC 1952, several members), zstd
// (RFC 8878, several and skippable frames), or neither. File names and media types are not trusted.
#pragma once

#include <memory>
#include <string_view>

#include "base/limits.h"
#include "codec/byte_source.h"

namespace whittle {

enum class StreamFormat { Plain, Gzip, Zstd };

// By magic number; Plain for everything unknown. Four bytes are enough.
StreamFormat detect_format(std::string_view first_bytes);

struct Decompressed {
  StreamFormat format = StreamFormat::Plain;
  std::unique_ptr<ByteSource> bytes;
};

// Reads the first bytes of `stored` and puts the right decoder behind them. `stored` must outlive
// the result. The stream fails with Invalid for damage, a missing end or bytes after it (zero
// padding after gzip is passed over), and with Limit beyond limits.max_layer_bytes,
// limits.max_expansion_ratio, or for a zstd window over 128 MiB.
Result<Decompressed> decompress(ByteSource& stored, const Limits& limits);

}  // namespace whittle
