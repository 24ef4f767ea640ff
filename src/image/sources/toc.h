// Inside of sources: tables of contents that some layers carry, so that their files can be listed
// without the layer's bytes.
// eSTARGZ: stargz-snapshotter docs/estargz.md. zstd:chunked: containers/storage pkg/chunked, which
// took over the form of the entries.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "model/image.h"
#include "model/layer_index.h"

namespace whittle {

// Bytes [offset, offset + size) of the stored layer; exactly so many.
using RangeReader = std::function<Result<std::string>(uint64_t offset, uint64_t size)>;

// The layer's files by its table of contents, whose digest the descriptor's annotations name.
// Nullopt if the descriptor names none. Errors: Invalid for a table that is not the one that is
// named, or no table; Unsupported for a kind that is not handled; what `read` gives. Either way the
// layer itself tells.
Result<std::optional<LayerIndex>> list_by_toc(const Descriptor& blob,
                                              const RangeReader& read,
                                              const Limits& limits);

// The parts, for tests.
inline constexpr uint64_t kStargzFooterBytes = 51;
// Where an eSTARGZ layer's table begins; nullopt for bytes that are no footer.
std::optional<uint64_t> parse_stargz_footer(std::string_view footer);
// The JSON of an eSTARGZ table: a gzipped archive of one file.
Result<std::string> unpack_stargz_toc(std::string stored, const Limits& limits);
// Entries as a layer index; landmarks and the table itself are left out.
Result<LayerIndex> index_toc(std::string_view json, const Limits& limits);

// "2020-09-13T12:26:40.5+01:00" in seconds and nanoseconds since 1970 (RFC 3339).
struct TocTime {
  int64_t seconds = 0;
  uint32_t nanoseconds = 0;
};

std::optional<TocTime> parse_toc_time(std::string_view text);

}  // namespace whittle
