// Runs an image under the sensor, as one library call.
#pragma once

#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/limits.h"
#include "base/progress.h"
#include "base/result.h"
#include "model/trace_report.h"
#include "trace/trace_run.h"

namespace whittle {

struct TraceImageOptions {
  std::string image;   // a name that the engine knows
  std::string engine;  // "" or "auto": the first that answers
  TraceRunOptions run;
  std::vector<std::string> merge;  // files of traces that are merged into this one
  Limits limits;
};

// Errors: NotFound when the engine has no such image, whatever keeps the engine from answering, an
// unreadable file to merge.
Result<TraceReport> trace_image(const TraceImageOptions& options,
                                const CancelToken& cancel,
                                Progress& progress);

}  // namespace whittle
