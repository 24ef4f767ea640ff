#include "engine/built_image.h"

#include <algorithm>
#include <utility>

#include "analyze/blame.h"

namespace whittle {

std::vector<uint32_t> lines_of_layers(const ImageInfo& image,
                                      const Dockerfile& file,
                                      const Evaluation& evaluation,
                                      const std::string& target) {
  std::vector<uint32_t> lines;
  for (int instruction : instructions_of_layers(image, file, evaluation, target)) {
    lines.push_back(
        instruction < 0 ? 0 : file.instructions[static_cast<size_t>(instruction)].first_line);
  }
  return lines;
}

BuiltImage built_image(const ReadImage& read, std::vector<uint32_t> lines) {
  BuiltImage image;
  for (const ReadLayer& layer : read.layers) image.layers.push_back(&layer.index);
  image.tree = &read.tree;
  image.layer_of_line = [lines = std::move(lines)](uint32_t line) {
    auto found = std::find(lines.begin(), lines.end(), line);
    return line == 0 || found == lines.end() ? -1 : static_cast<int>(found - lines.begin());
  };
  return image;
}

}  // namespace whittle
