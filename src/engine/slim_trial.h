// Inside of engine: original and result side by side in a container engine, under the sensor and
// the same probes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fs.h"
#include "container/engine.h"
#include "container/probe.h"
#include "engine/run_compare.h"
#include "engine/slim.h"
#include "image/source.h"

namespace whittle {

// What became of one candidate.
struct TrialResult {
  bool passed = false;
  std::string why;  // it did not
  ProbeReport probe;
  Trace trace;         // of its runs under the probe
  Trace verify_trace;  // of that under the second set of probes
};

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

  // Runs the original. Failed when it does not pass: there would be nothing to prove. Where it
  // passes only without the sensor nothing is traced, and notes() says so.
  Result<ProbeReport> run_original();

  // Of the original's run.
  const Trace& trace() const { return original_.trace; }

  const Trace& verify_trace() const { return verify_original_.trace; }

  bool is_traced() const { return is_traced_; }

  const std::vector<std::string>& notes() const { return notes_; }

  // After run_original().
  Result<TrialResult> run_candidate(const Image& candidate);
  // Puts an image into the engine to stay.
  Status keep(const Image& image, const std::string& tag);

 private:
  SlimTrial(const SlimOptions& options, const Image& original, TempDir folder);

  Status load(const Image& image, const std::string& name);
  Status place_original();
  Result<bool> is_same_image(const std::string& name);
  // Under the first set of probes, or the second one.
  Result<TraceRun> run(const std::string& name, const ProbeResult* reference, bool is_verifying);
  // What the candidate's run says that the original's does not, twice over.
  Result<std::vector<RunDifference>> differences(const std::string& name, TraceRun& found);

  std::string name_of(const std::string& what) const { return "whittle-" + run_id_ + ":" + what; }

  const SlimOptions& options_;
  const Image& image_;
  std::optional<ServicePlan> services_;
  TempDir folder_;
  std::string run_id_;
  std::unique_ptr<Engine> engine_;
  std::vector<std::string> loaded_;
  std::string original_name_;
  TraceRun original_;
  TraceRun verify_original_;
  std::optional<TraceRun> again_;  // the original a second time
  std::vector<std::string> notes_;
  bool is_traced_ = true;
  double seconds_ = 0;
};

}  // namespace whittle
