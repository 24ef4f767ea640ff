// Inside of sources: picking images by name and platform.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "image/sources/blobs.h"

namespace whittle {

// "FILE:REF" to FILE and REF: the shortest FILE that exists, or the whole text without a REF.
std::pair<std::string, std::string> split_file_reference(std::string_view rest);
// Those that have the reference: its name as the source has it, or the same after filling in what
// engines fill in
// ("app" is "docker.io/library/app:latest"), or the digest of manifest or configuration. All for an
// empty reference; NotFound, naming the choices, if there is none.
Result<Images> select_by_reference(Images images, std::string_view reference);
// The only one for the platform that is wanted (else the host's, where several are offered).
Result<std::unique_ptr<Image>> select_one(Images images, const OpenOptions& options);

}  // namespace whittle
