// A trace for people.
#pragma once

#include <string>

#include "model/trace_report.h"
#include "report/report.h"

namespace whittle {

// Probes, programs, ports, written paths, system calls, and the used files by folder; with
// `verbose` every file with its uses.
std::string trace_text(const TraceReport& report, const RenderOptions& options);

}  // namespace whittle
