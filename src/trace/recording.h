// Reads what the sensor wrote (src/sensor/protocol.h).
#pragma once

#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "model/trace.h"

namespace whittle {

// Where the sensor and its recordings lie in a container; nothing below it counts as used.
inline constexpr std::string_view kSensorFolder = "/.whittle";

struct Recording {
  Trace trace;
  bool is_traced = false;   // false: no way of tracing worked; the program ran all the same
  std::string not_started;  // why the command could not be started; "" it was
};

// Never fails on content that ends too early: what is whole counts, and a note tells. Errors:
// Invalid for bytes that are no recording, Limit.
Result<Recording> read_recording(std::string_view bytes, const Limits& limits);

}  // namespace whittle
