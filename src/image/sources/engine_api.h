// Inside of sources: what whittle asks an engine: who are you, what is this image, hand it out.
// (Docker Engine API v1.24 and later; Podman's compatible one.)
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "image/source.h"
#include "image/sources/engine_host.h"

namespace whittle {

struct EngineImageFacts {
  Digest id;                       // of the configuration, or (containerd image store) the index
  std::vector<std::string> names;  // references
  std::vector<Digest> diff_ids;    // "" where the engine does not say
  uint64_t size_bytes = 0;         // as the engine states it
};

// Immutable, thread-safe.
class EngineApi {
 public:
  // Asks for the version it speaks. NotFound if nobody answers.
  static Result<EngineApi> connect(EngineHost host, const OpenOptions& options);

  // NotFound if the engine has no such image.
  Result<EngineImageFacts> inspect(std::string_view name, const OpenOptions& options) const;
  // The image as a docker archive in a file without a name. With a platform, only that one where
  // the engine can tell them apart (1.48 and later).
  Result<UniqueFd> export_image(std::string_view name,
                                uint64_t stated_bytes,
                                const OpenOptions& options) const;

 private:
  EngineApi() = default;
  Result<HttpResponse> get(const std::string& path, int body_fd, const OpenOptions& options) const;
  std::string image_path(std::string_view name) const;
  std::string platform_query(unsigned since, const OpenOptions& options) const;

  EngineHost host_;
  std::string prefix_;  // "/v1.41"; "" for engines that name no version
  unsigned minor_ = 0;  // 41
};

}  // namespace whittle
