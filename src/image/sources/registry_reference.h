// Inside of sources: names of images in registries, as users write them, taken apart and filled in
// (distribution/reference grammar; the defaults are Docker's).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/image.h"

namespace whittle {

struct RegistryReference {
  std::string host;        // "docker.io", "localhost:5000"; lower case
  std::string repository;  // "library/debian"
  std::string tag;         // "latest" where neither tag nor digest is named; "" with a digest alone
  Digest digest;           // "" for none

  // "docker.io/library/debian:12@sha256:..."
  std::string name() const;

  // What manifests are asked for by: the digest where there is one.
  const std::string& version() const { return digest.empty() ? tag : digest; }
};

// "debian", "team/app:1", "localhost:5000/app@sha256:...", also behind "//" or "docker://". Errors:
// Usage, saying what is wrong with it.
Result<RegistryReference> parse_registry_reference(std::string_view text);
// Where the API of a registry is: docker.io lives at registry-1.docker.io.
std::string registry_api_host(std::string_view host);
// "index.docker.io" and such to "docker.io", the port of https left out, in lower case.
std::string canonical_registry_host(std::string_view host);
// [NAME or IPv4 or [IPv6]][:PORT]
bool is_registry_host(std::string_view text);

}  // namespace whittle
