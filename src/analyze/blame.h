// Which instruction of a Dockerfile made which layer of the image that was built from it.
#pragma once

#include <vector>

#include "dockerfile/expand.h"
#include "model/dockerfile.h"
#include "model/image.h"

namespace whittle {

// Per layer: the index into Dockerfile::instructions of the instruction that made it, or -1 (it is
// the base image's, or the history does not tell). Looks at the chain of stages that ends in the
// last one, or in the stage named `target`; aligns the image's history with it. What an ONBUILD did
// is its line's when it is in the file, else the FROM's. Knows the created_by forms of BuildKit,
// the classic builder and buildah.
std::vector<int> instructions_of_layers(const ImageInfo& image,
                                        const Dockerfile& file,
                                        const Evaluation& evaluation,
                                        const std::string& target);

}  // namespace whittle
