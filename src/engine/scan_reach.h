// Which of the packages with findings the image's entry point uses. Inside of engine's scan.
#pragma once

#include "model/scan_report.h"
#include "model/trace.h"

namespace whittle {

// Marks the findings of vulnerabilities. The layers were read with needed_contents(). `trace`: of
// runs; what they used counts as used; null without one.
void mark_usage(ScanReport& report, const Trace* trace);

}  // namespace whittle
