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
#include "model/layer_index.h"

namespace whittle {

class LayerCache;

// An opened image. Immutable after opening; open_layer may be called from several threads.
class Image {
 public:
  virtual ~Image() = default;
  virtual const ImageInfo& info() const = 0;
  // The stored bytes of one layer (compressed as the source has them). Errors: Failed, NotFound for
  // a layer that the source does not hold.
  virtual Result<std::unique_ptr<ByteSource>> open_layer(size_t index) const = 0;

  // What the layer holds, from somewhere cheaper than its bytes: a table of contents, a store's own
  // records. Nullopt: read the bytes. `is_listed` is set in the result.
  virtual Result<std::optional<LayerIndex>> list_layer(size_t index) const {
    static_cast<void>(index);
    return std::optional<LayerIndex>();
  }

  // True if the bytes come over a network: they are always verified.
  virtual bool is_remote() const { return false; }

  // True if opening any layer costs as much as all of them (an engine's export): one pass takes all
  // that may be asked for later, contents' hashes too.
  virtual bool is_costly() const { return false; }
};

struct RegistryOptions {
  std::string auth_file;  // config.json or auth.json; "": the usual places, in the usual order
  std::string ca_file;    // PEM bundle besides the system's
  // Hosts ("host:port") that may be asked by plain HTTP or with a certificate nobody vouches for.
  // Loopback hosts are tried by HTTP when they do not speak TLS.
  std::vector<std::string> insecure_hosts;
  // "docker.io=https://mirror.example/prefix": asked before the registry itself.
  std::vector<std::string> mirrors;
  // Whether the registry is asked for provenance that refers to an image whose index has none; one
  // or two requests more.
  bool asks_referrers = false;
};

struct OpenOptions {
  std::optional<Platform> platform;  // for indexes; the host's when absent
  Limits limits;
  const CancelToken* cancel = nullptr;  // required
  Progress* progress = nullptr;         // required
  std::string docker_socket;            // "" : $DOCKER_HOST, else /var/run/docker.sock
  std::string podman_socket;            // "" : $CONTAINER_HOST, else the usual places
  RegistryOptions registry;
  bool offline = false;  // no registry is asked
  // Remembers what immutable inputs gave; null: nothing is remembered.
  std::shared_ptr<const LayerCache> cache;
};

}  // namespace whittle
