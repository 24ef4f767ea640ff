#include "codec/digest.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace whittle {

namespace {

struct AlgorithmInfo {
  DigestAlgorithm algorithm;
  std::string_view prefix;
  const char* openssl_name;
  size_t hex_digits;
};

constexpr std::array<AlgorithmInfo, 2> kAlgorithms = {{
    {DigestAlgorithm::Sha256, "sha256:", "SHA256", 64},
    {DigestAlgorithm::Sha512, "sha512:", "SHA512", 128},
}};

const AlgorithmInfo& info_of(DigestAlgorithm algorithm) {
  return kAlgorithms[algorithm == DigestAlgorithm::Sha256 ? 0 : 1];
}

// Fetched once a process: an implicit fetch for each digest costs more than hashing a small file.
const EVP_MD* fetched(DigestAlgorithm algorithm) {
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, kAlgorithms[0].openssl_name, nullptr);
  static const EVP_MD* const sha512 = EVP_MD_fetch(nullptr, kAlgorithms[1].openssl_name, nullptr);
  return algorithm == DigestAlgorithm::Sha256 ? sha256 : sha512;
}

}  // namespace

struct Hasher::State {
  explicit State(DigestAlgorithm algorithm)
      : method(fetched(algorithm)), context(EVP_MD_CTX_new()) {
    CHECK(context != nullptr);
    restart();
  }

  ~State() { EVP_MD_CTX_free(context); }

  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void restart() { CHECK(EVP_DigestInit_ex2(context, method, nullptr) == 1); }

  const EVP_MD* method;
  EVP_MD_CTX* context;
};

Hasher::Hasher(DigestAlgorithm algorithm) : algorithm_(algorithm) {}

Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

Hasher::State& Hasher::state() {
  if (state_ == nullptr) state_ = std::make_unique<State>(algorithm_);
  return *state_;
}

void Hasher::update(std::string_view bytes) {
  CHECK(EVP_DigestUpdate(state().context, bytes.data(), bytes.size()) == 1);
}

std::string Hasher::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
  unsigned size = 0;
  CHECK(EVP_DigestFinal_ex(state().context, raw.data(), &size) == 1);
  state().restart();
  std::string text(info_of(algorithm_).prefix);
  constexpr std::string_view kHex = "0123456789abcdef";
  for (unsigned i = 0; i < size; ++i) {
    text += kHex[raw[i] >> 4];
    text += kHex[raw[i] & 15];
  }
  return text;
}

std::string digest_of(std::string_view bytes, DigestAlgorithm algorithm) {
  Hasher hasher(algorithm);
  hasher.update(bytes);
  return hasher.finish();
}

std::optional<DigestAlgorithm> digest_algorithm(std::string_view digest) {
  for (const AlgorithmInfo& info : kAlgorithms) {
    if (!digest.starts_with(info.prefix)) continue;
    std::string_view hex = digest.substr(info.prefix.size());
    bool well_formed =
        hex.size() == info.hex_digits && std::all_of(hex.begin(), hex.end(), [](char c) {
          return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        });
    if (well_formed) return info.algorithm;
  }
  return std::nullopt;
}

std::string_view digest_hex(std::string_view digest) {
  return digest.substr(digest.find(':') + 1);
}

namespace {

class HashingSource : public ByteSource {
 public:
  HashingSource(ByteSource& inner, Hasher& hasher, uint64_t& bytes)
      : inner_(inner), hasher_(hasher), bytes_(bytes) {}

  Result<size_t> read(MutableBytes into) override {
    TRY_ASSIGN(size_t n, inner_.read(into));
    hasher_.update({reinterpret_cast<const char*>(into.data()), n});
    bytes_ += n;
    return n;
  }

 private:
  ByteSource& inner_;
  Hasher& hasher_;
  uint64_t& bytes_;
};

}  // namespace

std::unique_ptr<ByteSource> hashing_source(ByteSource& inner, Hasher& hasher, uint64_t& bytes) {
  return std::make_unique<HashingSource>(inner, hasher, bytes);
}

}  // namespace whittle
