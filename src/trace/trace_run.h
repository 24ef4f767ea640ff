// One traced run of an image: started, probed, and ended.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "container/probe.h"
#include "model/services.h"
#include "trace/tracing_engine.h"

namespace whittle {

struct TraceRunOptions {
  ProbeSpec probe;
  // Run inside once the probe is done, each by the image's /bin/sh, or word by word without one.
  std::vector<std::string> exec;
  uint64_t duration_ms = 0;       // how long the container runs at least, unless it ends by itself
  bool runs_health_check = true;  // the image's HEALTHCHECK, once
  TracingOptions tracing;
  // What the probe on the original image said; null when this is the original. Must outlive the
  // run.
  const ProbeResult* reference = nullptr;
  // The services that the image is run beside; null for none. Must outlive the run.
  const ServicePlan* services = nullptr;
};

// What ExecResult::command is for the image's HEALTHCHECK.
inline constexpr std::string_view kHealthCheckName = "HEALTHCHECK";

struct ExecResult {
  std::string command;
  int exit_code = 0;
  std::string output;  // the last lines
};

struct TraceRun {
  Trace trace;
  ProbeResult probe;
  std::vector<ExecResult> execs;
};

// Errors only when the engine cannot be asked, on cancellation, and (Limit) when too much was
// written to the engine's disk: a program that does not work is a
// result.
Result<TraceRun> trace_run(Engine& engine,
                           const std::string& image,
                           const RunConfig& config,
                           const TraceRunOptions& options,
                           const Limits& limits,
                           const CancelToken& cancel,
                           Progress& progress);

}  // namespace whittle
