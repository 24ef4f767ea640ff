// Writing images: docker-archive and OCI layout, deterministic, atomic.
#pragma once

#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/fs.h"
#include "base/progress.h"
#include "image/source.h"

namespace whittle {

struct WriteOptions {
  std::string reference;                // "app:1"; may be empty
  Compression compression = Compression::Gzip;  // OCI only: of layers that are not stored so already; docker-archive is plain
  const CancelToken* cancel = nullptr;  // required
  Progress* progress = nullptr;         // required
};

// A docker archive (manifest.json, config, layer tars, uncompressed) at `path`. Same image, same bytes.
Status write_docker_archive(const Image& image, const fs::path& path, const WriteOptions& options);
// An OCI image layout folder at `path`, which must not exist or be an OCI layout (the image is added, other images
// stay; the index is replaced last and atomically).
Status write_oci_layout(const Image& image, const fs::path& path, const WriteOptions& options);

}  // namespace whittle
