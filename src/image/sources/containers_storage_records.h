// Inside of containers-storage: its JSON lists, and where stores lie (containers/storage,
// images.go, layers.go, types/options.go).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/fs.h"
#include "base/limits.h"
#include "model/image.h"

namespace whittle {

// A row of DRIVER-images/images.json.
struct StorageImage {
  std::string id;
  std::vector<std::string> names;
  Digest digest;          // of the manifest
  std::string top_layer;  // id; "" for an image without layers
  std::vector<std::string> document_names;
};

// A row of DRIVER-layers/layers.json.
struct StorageLayer {
  std::string id;
  std::string parent;
  Digest diff_digest;
  Digest compressed_digest;
  uint64_t diff_bytes = 0;
  uint64_t compressed_bytes = 0;
};

Result<std::vector<StorageImage>> parse_storage_images(std::string_view text, const Limits& limits);
Result<std::vector<StorageLayer>> parse_storage_layers(std::string_view text, const Limits& limits);

// The file that a document of an image or layer is kept in: names that are no plain words are
// base64.
std::string storage_file_name(std::string_view document_name);

// Values of storage.conf that say where stores are.
struct StorageConfig {
  std::string graph_root;
  std::vector<std::string> more_stores;  // read-only ones
};

StorageConfig parse_storage_config(std::string_view text);

// The stores of this user, the own one first: $CONTAINERS_STORAGE_CONF, storage.conf in the usual
// places, the usual folders.
std::vector<fs::path> default_storage_roots();

}  // namespace whittle
