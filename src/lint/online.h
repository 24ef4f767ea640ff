// What only the network knows of images and files that a Dockerfile names. The engine hands in who
// asks; rules see this interface alone, and without it nothing is asked.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace whittle {

// "linux", "arm64", "v8"; the variant may be empty.
struct ImagePlatform {
  std::string os;
  std::string architecture;
  std::string variant;
};

// Thread-safe. Every question is asked once and its answer kept. nullopt: nobody answered, or the
// answer is not to be trusted.
class OnlineFacts {
 public:
  virtual ~OnlineFacts() = default;
  // Digest of the index (or of the manifest, where there is none) that a name stands for now,
  // "sha256:...". `image` as FROM has it, "debian:bookworm".
  virtual std::optional<std::string> image_digest(const std::string& image) = 0;
  // The platforms an image is there for, in the order of its index.
  virtual std::optional<std::vector<ImagePlatform>> image_platforms(const std::string& image) = 0;
  // SHA-256 of the bytes of a URL, 64 digits of hex in lower case.
  virtual std::optional<std::string> file_sha256(const std::string& url) = 0;
};

}  // namespace whittle
