// Inside of engine: original and result side by side in a container engine, under the same probes.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/fs.h"
#include "container/engine.h"
#include "container/probe.h"
#include "engine/slim.h"
#include "image/source.h"

namespace whittle {

// Not thread-safe. What it put into the engine goes with it, but for what keep() named.
class SlimTrial {
 public:
  // Both must outlive it. Errors: no engine.
  static Result<std::unique_ptr<SlimTrial>> open(const SlimOptions& options, const Image& original);
  ~SlimTrial();
  SlimTrial(const SlimTrial&) = delete;
  SlimTrial& operator=(const SlimTrial&) = delete;

  std::string_view engine_name() const { return engine_->name(); }

  double seconds() const { return seconds_; }

  // Failed when it does not pass: there would be nothing to prove.
  Result<ProbeReport> probe_original();
  // Fills `report` with what the probes say of the candidate.
  Result<SlimAttempt> attempt(const Image& candidate,
                              SlimPolicy policy,
                              std::optional<ProbeReport>& report);
  // Puts an image into the engine to stay.
  Status keep(const Image& image, const std::string& tag);

 private:
  SlimTrial(const SlimOptions& options, const Image& original, TempDir folder);

  Status load(const Image& image, const std::string& name);
  Result<ProbeResult> probe(const std::string& name,
                            const Image& image,
                            const ProbeResult* reference);

  std::string name_of(const std::string& what) const { return "whittle-" + run_id_ + ":" + what; }

  const SlimOptions& options_;
  const Image& original_;
  TempDir folder_;
  std::string run_id_;
  std::unique_ptr<Engine> engine_;
  std::vector<std::string> loaded_;
  std::optional<ProbeResult> reference_;
  double seconds_ = 0;
};

}  // namespace whittle
