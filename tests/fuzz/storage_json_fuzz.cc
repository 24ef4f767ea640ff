// The lists and the configuration of containers-storage.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "image/sources/containers_storage_records.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace whittle;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  Limits limits;
  auto images = parse_storage_images(input, limits);
  auto layers = parse_storage_layers(input, limits);
  if (images.ok()) {
    for (const StorageImage& image : *images) {
      bool is_name = !image.id.empty() && image.id.find_first_of("/.") == std::string::npos &&
                     image.top_layer.find_first_of("/.") == std::string::npos;
      if (!is_name) std::abort();
      for (const std::string& name : image.document_names) {
        std::string file = storage_file_name(name);
        if (!name.empty() && file.empty()) std::abort();
      }
    }
  }
  if (layers.ok()) {
    for (const StorageLayer& layer : *layers) {
      if (layer.id.find_first_of("/.") != std::string::npos) std::abort();
    }
  }
  static_cast<void>(parse_storage_config(input).more_stores.size());
  return 0;
}
