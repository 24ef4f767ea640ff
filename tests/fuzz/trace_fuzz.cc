// The readers of what a run left behind: the sensor's recordings, written inside foreign
// containers, and traces kept as JSON. The first byte chooses.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "trace/recording.h"
#include "trace/trace_json.h"

namespace {

using whittle::Limits;
using whittle::Result;
using whittle::Trace;

void check(bool holds) {
  if (!holds) std::abort();
}

// A trace that was read keeps its invariants, and its JSON reads back to the same JSON.
void check_trace(const Trace& trace) {
  for (const whittle::TraceAccess& access : trace.accesses)
    check(access.program < trace.programs.size() && access.path.front() == '/');
  for (const whittle::TraceProcess& process : trace.processes)
    check(process.program < trace.programs.size());
  std::string text = whittle::trace_to_json(trace);
  Result<Trace> back = whittle::parse_trace_json(text, Limits{});
  check(back.ok());
  std::string again = whittle::trace_to_json(*back);
  Result<Trace> settled = whittle::parse_trace_json(again, Limits{});
  check(settled.ok() && whittle::trace_to_json(*settled) == again);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  Limits limits;
  limits.max_entries = 10'000;
  if (data[0] == 'j') {
    Result<Trace> trace = whittle::parse_trace_json(bytes, limits);
    if (trace.ok()) check_trace(*trace);
    return 0;
  }
  Result<whittle::Recording> recording = whittle::read_recording(bytes, limits);
  if (!recording.ok()) return 0;
  check_trace(recording->trace);
  check_trace(whittle::merge(recording->trace, recording->trace));
  return 0;
}
