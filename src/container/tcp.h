// Looking at a TCP port of this machine.
#pragma once

#include <cstdint>
#include <string>

#include "base/cancel.h"
#include "base/result.h"

namespace whittle {

enum class PortState {
  Refused,  // nobody listens
  Dropped,  // accepted and closed at once: a forwarder without anyone behind it
  Answers,  // accepted and kept open, or sent something
};

// Connects to 127.0.0.1:port and watches the connection for `hold_ms`. Errors: Cancelled, Failed
// when there are no sockets.
Result<PortState> look_at_port(uint16_t port, uint64_t hold_ms, const CancelToken& cancel);

// Sleeps, and wakes early on cancellation (then ErrorKind::Cancelled).
Status sleep_ms(uint64_t ms, const CancelToken& cancel);

}  // namespace whittle
