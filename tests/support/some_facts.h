// A network for tests: every image and every file is there, images for two platforms.
#pragma once

#include <string>

#include "lint/online.h"

namespace whittle::test {

class SomeFacts : public OnlineFacts {
 public:
  std::optional<std::string> image_digest(const std::string& /*image*/) override {
    return "sha256:" + std::string(64, 'a');
  }

  std::optional<std::vector<ImagePlatform>> image_platforms(const std::string& /*image*/) override {
    return std::vector<ImagePlatform>{{"linux", "amd64", ""}, {"linux", "arm64", "v8"}};
  }

  std::optional<std::string> file_sha256(const std::string& /*url*/) override {
    return std::string(64, 'b');
  }
};

}  // namespace whittle::test
