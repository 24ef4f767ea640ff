// Digests of content: SHA-256 and SHA-512 in the spelling of OCI image-spec v1.1, descriptor.md
// ("sha256:<hex>"). The only user of OpenSSL's EVP interface.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "codec/byte_source.h"

namespace whittle {

enum class DigestAlgorithm { Sha256, Sha512 };

// Hashes a stream. Reusable: finish() starts anew. Not thread-safe; one object per thread. One that
// is never asked for anything costs nothing.
class Hasher {
 public:
  explicit Hasher(DigestAlgorithm algorithm = DigestAlgorithm::Sha256);
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  ~Hasher();

  void update(std::string_view bytes);
  // "sha256:<hex>" of what was given since the last finish().
  std::string finish();

 private:
  struct State;
  State& state();

  DigestAlgorithm algorithm_;
  std::unique_ptr<State> state_;  // from the first bytes on
};

// Of bytes in memory.
std::string digest_of(std::string_view bytes, DigestAlgorithm algorithm = DigestAlgorithm::Sha256);
// The algorithm of a well-formed digest (known algorithm, exact length, lower-case digits); nullopt
// otherwise.
std::optional<DigestAlgorithm> digest_algorithm(std::string_view digest);
// The digits behind the colon.
std::string_view digest_hex(std::string_view digest);

// Passes `inner` (which must outlive it) through, adding what is read to `hasher` and `bytes`.
std::unique_ptr<ByteSource> hashing_source(ByteSource& inner, Hasher& hasher, uint64_t& bytes);

}  // namespace whittle
