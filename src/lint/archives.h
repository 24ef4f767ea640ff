// Whether ADD would unpack a file: by its content, as the builders judge it.
#pragma once

#include <string_view>

namespace whittle {

// True for tar (also without its magic, by the header's checksum) and for everything that begins as
// gzip, bzip2, xz or zstd does: those are unpacked when a tar is inside, which is not looked at
// here. `bytes` is the begin of the file, at least 512 bytes where it has them.
bool may_be_unpacked(std::string_view bytes);

// True if the name ends as archives and packed files do: what is left to judge by without content.
bool has_archive_name(std::string_view name);

}  // namespace whittle
