// The workshop: private copies of the context, builds in them, probes of what they made. Everything
// it makes is gone when it goes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyze/read_image.h"
#include "base/cancel.h"
#include "base/progress.h"
#include "container/engine.h"
#include "container/probe.h"
#include "engine/project.h"
#include "model/report.h"

namespace whittle {

// What is built: texts that take the place of the project's files.
struct BuildInput {
  std::string name;  // of the trial image's tag: "baseline"
  std::string dockerfile;
  std::optional<std::string> ignore_text;                    // nullopt: the project has none
  const BuildContext* context = nullptr;                     // judged by that ignore text
  std::vector<std::pair<std::string, std::string>> replace;  // further files with other bytes
  bool no_cache = false;
};

// Not thread-safe.
class Workshop {
 public:
  // All references must outlive it.
  Workshop(const OptimizeOptions& options,
           const Project& project,
           Engine& engine,
           fs::path folder,
           std::string run_id,
           const CancelToken& cancel,
           Progress& progress);
  // Removes all trial images and containers from the engine.
  ~Workshop();
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  // Images are probed beside these services from now on. As prepare_services().
  Status run_beside(ServicePlan services, std::vector<std::string>& notes);
  // Builds into a trial image, tag_of(input.name). A build that fails is a record. Errors: no space
  // left, an engine that does not answer, interruption. A build that failed for want of the network
  // is tried once more.
  Result<BuildRecord> build(const BuildInput& input);
  // Builds (from the cache) under the user's tag, without a label of ours.
  Result<BuildRecord> build_result(const BuildInput& input, const std::string& tag);
  // Every layer, with gzip sizes.
  Result<std::unique_ptr<ReadImage>> read(const std::string& image);
  Result<ProbeResult> probe(const std::string& image,
                            const RunConfig& config,
                            const ProbeResult* reference);
  void remove(const std::string& image);

  // An image without our label that goes with the workshop.
  void remove_at_end(std::string image) { others_.push_back(std::move(image)); }

  std::string tag_of(const std::string& name) const;

 private:
  Result<BuildRecord> build_once(const BuildInput& input, const std::string& tag, bool label);

  const OptimizeOptions& options_;
  const Project& project_;
  Engine& engine_;
  fs::path folder_;
  std::string run_id_;
  const CancelToken& cancel_;
  Progress& progress_;
  std::optional<ServicePlan> services_;
  std::vector<std::string> others_;
  unsigned mirrors_ = 0;
};

// A failed build in words: the step, its line, and the last lines of the log.
std::string describe_failure(const BuildRecord& record, const Dockerfile& file);
// The part of a result that reports show.
ProbeReport report_of(const ProbeResult& result);
// A failed probe in words: the failing checks and the container's last lines.
std::string describe_failure(const ProbeResult& result);

}  // namespace whittle
