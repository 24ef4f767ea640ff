// An engine whose containers are traced: whatever is run on it — a probe, a comparison — leaves a
// Trace behind.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "container/forwarding.h"
#include "model/image.h"
#include "model/trace.h"

namespace whittle {

struct TracingOptions {
  bool is_traced = true;  // false: the containers run without the sensor, else the same way
  // Ask the engine for CAP_SYS_ADMIN and CAP_SYS_PTRACE for the sensor, which gives them up before
  // the program starts. Without them programs with setuid bits lose these (see docs/tracing.md).
  bool may_add_capabilities = true;
  uint64_t grace_ms = 10'000;      // from the stop signal to SIGKILL
  uint64_t max_processes = 4'096;  // in one container: a fork bomb ends there
  uint64_t max_recording_bytes = 512ULL << 20;
  std::vector<std::string> command;     // replaces CMD where the request has none
  std::vector<std::string> extra_args;  // further words for `docker run`
  // Called before a container is ended, by the destructor of the container.
  std::function<void(Container&)> before_end;
};

class TracingEngine : public ForwardingEngine {
 public:
  // `inner` must outlive this and its containers. `config`: of the images that are run. Not
  // thread-safe.
  TracingEngine(Engine& inner, RunConfig config, Limits limits, TracingOptions options);
  ~TracingEngine() override;

  // What the containers that are gone by now used; starts anew.
  Trace take_trace();

  // The container's exec() is traced, too. Health checks of the engine are switched off: run them
  // with exec().
  Result<std::unique_ptr<Container>> run(const RunRequest& request,
                                         const CancelToken& cancel) override;

 private:
  struct Shared;

  Result<std::unique_ptr<Container>> start(RunRequest request,
                                           bool with_capabilities,
                                           const CancelToken& cancel);

  std::shared_ptr<Shared> shared_;  // outlived by no container
};

}  // namespace whittle
