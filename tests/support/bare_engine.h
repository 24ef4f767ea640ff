// An engine for tests of what is asked of engines: it has every image, keeps nothing and builds
// nothing. How it runs containers is the test's.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "container/engine.h"

namespace whittle::test {

class BareEngine : public Engine {
 public:
  std::string_view name() const override { return "bare"; }

  std::string description() const override { return "bare"; }

  Result<BuildRecord> build(const BuildRequest&,
                            const Dockerfile&,
                            const CancelToken&,
                            Progress&) override {
    return Error("not here");
  }

  Result<bool> has_image(const std::string&, const CancelToken&) override { return true; }

  Result<std::string> image_target(const std::string&, const CancelToken&) override {
    return Error("not here");
  }

  void release_targets() override {}

  Status tag(const std::string&, const std::string&, const CancelToken&) override { return {}; }

  Status load_image(const fs::path&, const std::string&, const CancelToken&) override { return {}; }

  Status remove_image(const std::string&) override { return {}; }

  Status remove_all_of_run() override { return {}; }
};

}  // namespace whittle::test
