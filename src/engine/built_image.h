// An image beside the Dockerfile that built it: what each of its instructions stored.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "analyze/read_image.h"
#include "dockerfile/expand.h"
#include "lint/lint.h"
#include "model/dockerfile.h"

namespace whittle {

// The first line of the instruction that made each layer, 0 if unknown.
std::vector<uint32_t> lines_of_layers(const ImageInfo& image,
                                      const Dockerfile& file,
                                      const Evaluation& evaluation,
                                      const std::string& target);

// For rules. `lines` are those of lines_of_layers; what is returned refers to `read`.
BuiltImage built_image(const ReadImage& read, std::vector<uint32_t> lines);

}  // namespace whittle
