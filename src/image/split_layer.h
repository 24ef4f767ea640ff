// Inside of image: where a plain tar can be read from without what comes before.
#pragma once

#include <cstdint>
#include <optional>

#include "base/limits.h"
#include "codec/byte_source.h"

namespace whittle {

// The first place behind byte `from` where a member seems to begin, its extension headers included.
// Only a reader that comes there member by member can tell whether one does: a file's content may
// be an archive, too. Nothing if there is none near, or the stream cannot be read from its middle.
std::optional<uint64_t> find_member(const ByteSource& tar, uint64_t from, const Limits& limits);

}  // namespace whittle
