// Runs an image under the sensor, as one library call.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/limits.h"
#include "base/progress.h"
#include "base/result.h"
#include "model/services.h"
#include "model/trace_report.h"
#include "trace/harden.h"
#include "trace/trace_run.h"

namespace whittle {

struct TraceImageOptions {
  std::string image;   // a name that the engine knows
  std::string engine;  // "" or "auto": the first that answers
  TraceRunOptions run;
  // Make limits from the trace (trace/harden.h) and run the probes once more under them.
  bool hardens = false;
  std::optional<ServicePlan> services;  // that the image is run beside
  std::vector<std::string> merge;       // files of traces that are merged into this one
  Limits limits;
};

struct TraceImageResult {
  TraceReport report;
  std::vector<HardeningFile> hardening;  // files to write; empty unless asked for
};

// Files that `whittle trace` wrote, merged. Errors name the file.
Result<Trace> read_traces(const std::vector<std::string>& files, const Limits& limits);

// Errors: NotFound when the engine has no such image, whatever keeps the engine from answering, an
// unreadable file to merge.
Result<TraceImageResult> trace_image(const TraceImageOptions& options,
                                     const CancelToken& cancel,
                                     Progress& progress);

}  // namespace whittle
