// Inside of sources: a repository, wherever it is served from. Asks mirrors first and the registry
// when they fail; documents come whole and verified, blobs as streams that are taken up again where
// a connection broke.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/byte_source.h"
#include "image/source.h"
#include "image/sources/manifest.h"
#include "image/sources/registry_endpoint.h"
#include "image/sources/registry_reference.h"
#include "net/http.h"

namespace whittle {

struct RegistryDocument {
  Digest digest;
  std::string text;
};

// Thread-safe. Everything the options point to must outlive the client and its streams.
class RegistryClient {
 public:
  // Usage for a mirror that is none.
  static Result<std::shared_ptr<const RegistryClient>> make(RegistryReference reference,
                                                            const OpenOptions& options);
  RegistryClient(const RegistryClient&) = delete;

  const RegistryReference& reference() const { return reference_; }

  const OpenOptions& options() const { return options_; }

  // The manifest or index that the reference names. Errors: NotFound, Limit, Invalid for a digest
  // that is not the one asked for.
  Result<RegistryDocument> named_manifest() const;
  // A manifest or a configuration by its descriptor: from the descriptor itself, the cache, or the
  // registry; size and digest are verified.
  Result<std::string> manifest(const BlobRef& blob) const;
  Result<std::string> document(const BlobRef& blob) const;
  Result<bool> has_blob(const Digest& digest) const;
  // The manifests that say they are about the one of that digest: by the referrers API, else the
  // tag "ALGORITHM-HEX" that stands in for it (OCI distribution-spec v1.1, "Listing Referrers").
  Result<std::vector<BlobRef>> referrers(const Digest& digest) const;

  // The bytes of a blob. More than its size is Invalid; less is fetched again. The digest is the
  // reader's to check.
  Result<std::unique_ptr<ByteSource>> open_blob(const Descriptor& blob) const;
  // Bytes [offset, offset + size) of a blob. Unsupported if the registry has no ranges.
  Result<std::string> read_range(const Descriptor& blob, uint64_t offset, uint64_t size) const;

  // The first endpoint that answers with success.
  Result<HttpStream> open(const RegistryRequest& request) const;

 private:
  RegistryClient(RegistryReference reference, const OpenOptions& options);
  Status add_mirror(std::string_view mirror);
  Result<std::string> fetch(const std::string& path, const BlobRef& blob, bool is_manifest) const;
  Result<std::optional<RegistryDocument>> cached_manifest() const;

  RegistryReference reference_;
  OpenOptions options_;
  HttpClient http_;
  std::vector<std::unique_ptr<const RegistryEndpoint>> endpoints_;  // the registry itself is last
};

}  // namespace whittle
