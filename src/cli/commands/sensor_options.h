// The options of the commands that run an image under the sensor (trace, slim): what is done in the
// container besides the probe, and with which rights.
#pragma once

#include <vector>

#include "cli/command.h"
#include "trace/trace_run.h"

namespace whittle {

// --exec, --duration and what belongs to them: one group.
const std::vector<OptionRowGroup<TraceRunOptions>>& trace_run_rows();

}  // namespace whittle
