// HTTP over TCP or a Unix socket: one request, bounded and cancellable. The only user of libcurl
// here.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/fs.h"
#include "base/result.h"

namespace whittle {

struct HttpRequest {
  std::string method = "GET";
  std::string url;                   // with a Unix socket: "http://localhost/path"
  std::string unix_socket;           // path; "" for TCP
  std::vector<std::string> headers;  // "Name: value"
  std::string body;
  uint64_t timeout_ms = 0;  // the whole request; 0: none
  uint64_t connect_timeout_ms = 5'000;
  uint64_t max_body_bytes = 1ULL << 20;  // the rest is read and dropped
  // When set, gets the body as it comes and HttpResponse::body stays empty; false ends the transfer
  // with an Error.
  std::function<bool(std::string_view)> on_body;
  fs::path tls_folder;  // ca.pem, cert.pem, key.pem as Docker names them; empty: none
};

// Why there is no HTTP answer.
enum class HttpFailure {
  None,
  Refused,   // no connection
  Closed,    // connected, and closed without an answer
  NotHttp,   // an answer that is not HTTP
  TimedOut,  // no complete answer in time
};

struct HttpResponse {
  HttpFailure failure = HttpFailure::None;
  std::string why;                             // of a failure, in libcurl's words
  int status = 0;                              // 0 on a failure
  std::map<std::string, std::string> headers;  // names in lower case; the last one counts
  std::string body;
  uint64_t body_bytes = 0;  // all of it
};

// Redirects are not followed and no proxy is used. An unreachable or silent peer is a response with
// `failure` set; Errors: Cancelled, Failed (libcurl cannot start, on_body gave up). Thread-safe.
Result<HttpResponse> http_request(const HttpRequest& request, const CancelToken& cancel);

// For a path segment or a query value: everything but unreserved characters (RFC 3986) as %XX.
std::string percent_encode(std::string_view text);

}  // namespace whittle
