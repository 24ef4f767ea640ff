// What a registry says of a name without anything of the image being read: the digest that the name
// stands for now, and the platforms it is there for.
#pragma once

#include <string_view>
#include <vector>

#include "image/source.h"

namespace whittle {

// The digest of the index, or of the manifest where there is none; the bytes were held against it.
// Errors: Usage for what is no reference, NotFound, Failed, Cancelled.
Result<Digest> look_up_digest(std::string_view reference, const OpenOptions& options);

// In the order of the index; of a manifest alone the one of its configuration. Attestations and
// what names no platform are left out.
Result<std::vector<Platform>> look_up_platforms(std::string_view reference,
                                                const OpenOptions& options);

}  // namespace whittle
