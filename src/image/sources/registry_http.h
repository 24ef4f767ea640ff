// Inside of sources: one request to a registry or its token server that is sent again when the
// other side is busy or the connection breaks, as often and as late as the other side asks for,
// within bounds.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/cancel.h"
#include "base/result.h"
#include "net/http.h"

namespace whittle {

// The wait before the next try, in milliseconds: doubling from 200. `tries` counts from 1.
uint64_t backoff_ms(unsigned tries);
// Retry-After in milliseconds: seconds, or an HTTP date (RFC 9110 section 10.2.3) seen from
// `now_seconds` (Unix time). Nullopt for neither.
std::optional<uint64_t> parse_retry_after(std::string_view text, int64_t now_seconds);

// "bytes 5-9/20" to its numbers; nullopt for anything else. `total` is absent for "*".
struct ContentRange {
  uint64_t first = 0;
  uint64_t last = 0;
  std::optional<uint64_t> total;
};

std::optional<ContentRange> parse_content_range(std::string_view text);

// True for what another try may mend: 408, 429, 5xx but 501, a broken connection, silence.
bool is_transient(const HttpResponse& response);
// Errors: Cancelled.
Status wait_ms(uint64_t milliseconds, const CancelToken& cancel);

// The answer of the last try, whatever it is: an answer that asks for more patience than a minute
// is the last one.
Result<HttpStream> open_patiently(const HttpClient& http,
                                  const HttpRequest& request,
                                  unsigned max_tries,
                                  const CancelToken& cancel);
// The rest of a stream's body; Limit beyond max_bytes, Failed for a transfer that broke off.
Result<std::string> read_body(HttpStream& stream, uint64_t max_bytes);

}  // namespace whittle
