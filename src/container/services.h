// Services that an image is run beside: each container of the image gets a network with fresh
// containers of the others, which are gone when it goes.
#pragma once

#include <memory>
#include <string>

#include "base/progress.h"
#include "container/forwarding.h"
#include "container/probe.h"
#include "model/services.h"

namespace whittle {

// Folders that services may write to are copied for them, up to so many bytes each.
inline constexpr uint64_t kMaxCopiedFolderBytes = 256ULL << 20;

// The image's configuration as its service changes it.
RunConfig config_as_service(RunConfig config, const Service& service);

// Runs images as the plan's service under test.
class ServedEngine : public ForwardingEngine {
 public:
  // `others` runs the other services, `inner` the image; of the same engine, and all must outlive
  // this. `limit_ms`: until a service is what others wait for.
  ServedEngine(
      Engine& others, Engine& inner, const ServicePlan& plan, uint64_t limit_ms, Progress& progress)
      : ForwardingEngine(inner),
        others_(others),
        plan_(plan),
        limit_ms_(limit_ms),
        progress_(progress) {}

  // What the request says wins over what the service says. Errors: as Engine::run; Failed when
  // another service cannot be run, Limit when one is not ready in time.
  Result<std::unique_ptr<Container>> run(const RunRequest& request,
                                         const CancelToken& cancel) override;

 private:
  Engine& others_;
  const ServicePlan& plan_;
  uint64_t limit_ms_;
  Progress& progress_;
};

// run_probe() of `inner` beside the services of a plan that `others` runs; without a plan just
// that. `config`: the image's own.
Result<ProbeResult> run_probe_beside(const ServicePlan* plan,
                                     Engine& others,
                                     Engine& inner,
                                     const std::string& image,
                                     const RunConfig& config,
                                     const ProbeSpec& spec,
                                     const ProbeResult* reference,
                                     const CancelToken& cancel,
                                     Progress& progress);

}  // namespace whittle
