// Image sources: where images come from. One file each in sources/, one table there (sources.h).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/limits.h"
#include "base/progress.h"
#include "base/result.h"
#include "codec/byte_source.h"
#include "model/image.h"

namespace whittle {

// An opened image. Immutable after opening; open_layer may be called from several threads.
class Image {
 public:
  virtual ~Image() = default;
  virtual const ImageInfo& info() const = 0;
  // The stored bytes of one layer (compressed as the source has them). Errors: Failed, NotFound for
  // a layer that the source does not hold.
  virtual Result<std::unique_ptr<ByteSource>> open_layer(size_t index) const = 0;
};

struct OpenOptions {
  std::optional<Platform> platform;  // for indexes; the host's when absent
  Limits limits;
  const CancelToken* cancel = nullptr;  // required
  Progress* progress = nullptr;         // required
  std::string docker_socket;            // "" : $DOCKER_HOST, else /var/run/docker.sock
  std::string podman_socket;            // "" : $CONTAINER_HOST, else the usual places
};

}  // namespace whittle
