// Inside of sources: an image whose layers a registry holds.
#pragma once

#include <memory>
#include <vector>

#include "image/source.h"
#include "image/sources/manifest.h"
#include "image/sources/registry_client.h"

namespace whittle {

// `blobs` as info.layers.
std::unique_ptr<Image> registry_image(std::shared_ptr<const RegistryClient> client,
                                      ImageInfo info,
                                      std::vector<BlobRef> blobs);

}  // namespace whittle
