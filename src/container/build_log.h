// What a builder prints, as steps: BuildKit's plain progress, the classic builder's steps,
// buildah's steps; and which instruction of the Dockerfile each step is.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "container/engine.h"
#include "model/dockerfile.h"

namespace whittle {

// A step as it was printed.
struct PrintedStep {
  std::string stage;  // "build", "stage-1", "" (BuildKit); "1" for the first (buildah)
  uint32_t number =
      0;  // 1-based, inside its stage (classic: inside the file); 0 if none was printed
  uint32_t total = 0;
  std::string text;  // "RUN apt-get update"
  double seconds = 0;
  bool cached = false;
  bool failed = false;
  // Id of the image after it (classic, buildah); made by it unless cached.
  std::string image;
};

// Reads one build's output line by line. Never fails on content; memory is bounded by
// kMaxPrintedSteps.
class BuildLog {
 public:
  virtual ~BuildLog() = default;
  // `at_seconds`: since the start of the build.
  virtual void line(std::string_view text, double at_seconds) = 0;
  // The build is over. When it failed and the output did not say where, the step that ran last has
  // failed.
  virtual std::vector<PrintedStep> finish(bool build_ok, double at_seconds) = 0;
  // "3/9 RUN apt-get update" of the step that began last; "" before the first.
  virtual std::string current() const = 0;
};

inline constexpr size_t kMaxPrintedSteps = 10'000;

enum class BuilderKind { Buildkit, Classic, Buildah };

std::unique_ptr<BuildLog> make_build_log(BuilderKind kind);

// Finds the instruction of each step by its stage and number, else by its text; sorted by
// instruction, steps without one last.
std::vector<BuildStep> map_steps(const std::vector<PrintedStep>& printed,
                                 const Dockerfile& file,
                                 BuilderKind kind);

// The instruction that a failed build's output names by its line ("parse error on line 7"), where
// no step failed.
std::optional<uint32_t> instruction_named_in(std::string_view log, const Dockerfile& file);

}  // namespace whittle
