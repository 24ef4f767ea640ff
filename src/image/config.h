// The image configuration: JSON to values (OCI image-spec v1.1, config.md; Docker's additions), and
// what follows from it.
#pragma once

#include <string>
#include <vector>

#include "base/limits.h"
#include "model/image.h"

namespace whittle {

// Invalid for JSON that is none, members of wrong types, and diff ids that are no digests.
Result<ImageConfig> parse_image_config(std::string raw_json, const Limits& limits);

// Puts diff ids and history indexes into `layers`. Invalid if there are more or fewer diff ids than
// layers. The history is followed only where it names exactly as many layers.
Status attach_config(const ImageConfig& config, std::vector<Layer>& layers);

// The platform whittle itself runs on.
Platform host_platform();
// "linux/arm64/v8"; parts that are not known are left out.
std::string format_platform(const Platform& platform);
// True if an image for `offered` is what was asked for: same os and architecture, and variant where
// both name one.
bool platform_matches(const Platform& wanted, const Platform& offered);

}  // namespace whittle
