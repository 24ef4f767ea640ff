// Inside of sources: whole archives that are compressed from outside, unpacked to a file without a
// name. gzip and zstd by codec; xz and bzip2, which only turn up here, by liblzma and libbz2.
#pragma once

#include <memory>
#include <string_view>

#include "base/fd.h"
#include "codec/byte_source.h"
#include "image/source.h"

namespace whittle {

// True if the first bytes are those of a gzip, zstd, xz or bzip2 stream. Six bytes are enough.
bool is_packed(std::string_view first_bytes);

// The rest of a stream, unpacked where it is packed. Errors: Invalid for damage, Limit for a size
// or an expansion beyond the limits, Cancelled.
Result<UniqueFd> unpack_to_temp(ByteSource& stored, const OpenOptions& options);

}  // namespace whittle
