// Inside of sources: tar-split records. They hold everything of a tar archive but the contents of
// its files, so that the archive can be put together again, byte by byte, from the folder it was
// unpacked to (github.com/vbatts/tar-split, tar/storage: one JSON object a line).
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/fd.h"
#include "base/limits.h"
#include "codec/byte_source.h"

namespace whittle {

// Opens the unpacked file of a member's name. Called for files with content only.
using OpenMember = std::function<Result<UniqueFd>(std::string_view name)>;

// The archive that `records` (plain, not gzip) describe. Contents that are skipped are not opened.
// Errors: Invalid for damaged records and for files that are shorter than recorded.
std::unique_ptr<ByteSource> tar_split_source(std::unique_ptr<ByteSource> records,
                                             OpenMember open_member,
                                             const Limits& limits);

}  // namespace whittle
