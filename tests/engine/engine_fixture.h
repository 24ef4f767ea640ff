// One engine of this machine, with a private run and work folder, and a project of FROM-scratch
// images.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/fs.h"
#include "container/engines/engines.h"
#include "container/probe.h"

namespace whittle {

class EngineTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override;
  void TearDown() override;

  // Builds a Dockerfile text in a context that holds test_app and data.txt. `tag` gets the run's id
  // appended.
  Result<BuildRecord> build(std::string_view dockerfile,
                            const std::string& tag,
                            const CancelToken& cancel);
  BuildRecord build_ok(std::string_view dockerfile, const std::string& tag);
  // "localhost/whittle-test-TAG:RUN"
  std::string image_name(const std::string& tag) const;
  std::unique_ptr<Container> start(const std::string& image, std::vector<std::string> command);
  // Polls until the container has ended, at most ten seconds.
  static ContainerState wait_for_end(Container& container);
  // What the engine still holds of this run, as its own tools list it: names or ids, one a line.
  std::string leftovers() const;

  Engine* engine_ = nullptr;  // of all tests with the same name: opening one takes seconds
  std::string run_id_;
  std::unique_ptr<TempDir> context_;
  CancelToken never_;
  NoProgress progress_;

 private:
  struct Shared {
    std::unique_ptr<TempDir> work;  // outlives the engine
    std::unique_ptr<Engine> engine;
    std::string run_id;
    std::string why_not;
  };

  Shared& shared();
};

}  // namespace whittle
