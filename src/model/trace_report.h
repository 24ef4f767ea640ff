// What `trace` reports: the trace of an image's runs, and how the probes went.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/trace.h"

namespace whittle {

struct TraceCheck {
  std::string name;  // "GET /", "exec: redis-cli ping"
  bool passed = false;
  std::string observed;  // "status 200, 512 bytes of text/html"
  std::string detail;    // why it failed
};

struct TraceReport {
  std::string image;
  std::string engine;  // "Docker 20.10.24 with BuildKit"
  std::vector<TraceCheck> checks;
  Trace trace;                     // with what was merged into it
  std::vector<std::string> notes;  // of how it was run
  // The probes once more under the limits that --harden made; empty without.
  std::vector<TraceCheck> hardened;
  std::vector<std::string> hardening;  // the limits as options of `docker run`
};

}  // namespace whittle
