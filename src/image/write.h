// Writing images: docker-archive and OCI layout, deterministic, atomic.
#pragma once

#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/fs.h"
#include "base/limits.h"
#include "base/progress.h"
#include "image/source.h"

namespace whittle {

struct WriteOptions {
  std::string reference;                        // "app:1"; may be empty
  Compression compression = Compression::Gzip;  // OCI only: of layers that are not stored so
                                                // already; docker-archive is plain
  Limits limits;
  unsigned threads = 1;  // layers are compressed in parallel; the result does not depend on it
  const CancelToken* cancel = nullptr;  // required
  Progress* progress = nullptr;         // required
};

// A docker archive (manifest.json, config, layer tars, uncompressed) at `path`. Same image, same
// bytes. The file appears when it is whole: an error or a cancellation leaves what was there
// before. Diff ids are checked on the way (Invalid).
Status write_docker_archive(const Image& image, const fs::path& path, const WriteOptions& options);
// An OCI image layout folder at `path`, which must not exist or be an OCI layout (the image is
// added, other images stay; the index is replaced last and atomically).
Status write_oci_layout(const Image& image, const fs::path& path, const WriteOptions& options);

}  // namespace whittle
