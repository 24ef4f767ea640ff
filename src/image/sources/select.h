// Inside of sources: picking images by name and platform.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "image/sources/blobs.h"

namespace whittle {

// "FILE:REF" to FILE and REF: the shortest FILE that exists, or the whole text without a REF.
std::pair<std::string, std::string> split_file_reference(std::string_view rest);
// "[/path/to/store]NAME", as Skopeo has it ("[DRIVER@PATH+RUNROOT]NAME" too), or
// "/path/to/store@NAME" to the path and NAME; the path is "" where none is given.
std::pair<std::string, std::string> split_store_name(std::string_view rest);
// True if an image has the reference, in the sense of select_by_reference.
bool has_reference(const ImageInfo& info, std::string_view reference);
// Those that have the reference: its name as the source has it, or the same after filling in what
// engines fill in
// ("app" is "docker.io/library/app:latest"), or the digest of manifest or configuration. All for an
// empty reference; NotFound, naming the choices, if there is none.
Result<Images> select_by_reference(Images images, std::string_view reference);
// "@3" to 3: the fourth image of a layout or archive. Nullopt for anything else.
std::optional<size_t> parse_position(std::string_view reference);

// How well an image for `offered` serves who asked for `wanted`: 0 is exact, more is worse (an
// older variant of the processor, then a newer one where none was named); nullopt if it does not
// run there (OCI image-spec v1.1, image-index.md, `platform`; containerd platforms/compare.go).
std::optional<unsigned> platform_distance(const Platform& wanted, const Platform& offered);

// The best one for the platform that is wanted (else the host's, where several are offered); of
// equal ones in one index the first. Usage, naming the choices, for several images.
Result<std::unique_ptr<Image>> select_one(Images images, const OpenOptions& options);

}  // namespace whittle
