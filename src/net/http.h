// HTTP over TCP or a Unix socket: bounded, cancellable, as a whole or as a stream that is pulled.
// The only user of libcurl. Knows nothing of registries and engines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/fs.h"
#include "base/result.h"

namespace whittle {

struct TlsOptions {
  fs::path folder;                    // ca.pem, cert.pem, key.pem as Docker names them; empty: none
  std::vector<std::string> ca_files;  // PEM certificates that are trusted besides the system's
  // Who we are, PEM; both or none. A redirect to another origin gets none.
  fs::path certificate;
  fs::path key;
  bool verifies = true;  // false: any certificate will do
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;                   // with a Unix socket: "http://localhost/path"
  std::string unix_socket;           // path; "" for TCP
  std::vector<std::string> headers;  // "Name: value"
  std::string body;
  uint64_t timeout_ms = 0;  // the whole request; 0: none
  uint64_t connect_timeout_ms = 5'000;
  // While waiting for bytes: fewer than 1 KiB in so long is TimedOut; 0: no such limit.
  uint64_t stall_timeout_ms = 0;
  uint64_t max_body_bytes = 1ULL << 20;  // the rest is dropped
  // When set, gets the body of a 2xx answer as it comes, and HttpResponse::body keeps only that of
  // other answers; false ends the transfer with an Error.
  std::function<bool(std::string_view)> on_body;
  TlsOptions tls;
  // HTTP_PROXY, HTTPS_PROXY and NO_PROXY count, but for loopback hosts. Otherwise no proxy is used.
  bool uses_proxy = false;
  // Redirects of GET and HEAD that are followed. Authorization and cookies do not go to another
  // origin, and never from https to http.
  unsigned max_redirects = 0;
};

// Why there is no HTTP answer.
enum class HttpFailure {
  None,
  Refused,    // no connection, or no such host
  Closed,     // connected, and closed without a whole answer
  NotHttp,    // an answer that is not HTTP
  NotTls,     // https where nobody speaks TLS (or none that both sides know)
  Untrusted,  // a certificate that nobody vouches for, or of another host
  TimedOut,   // no complete answer in time
};

struct HttpResponse {
  HttpFailure failure = HttpFailure::None;
  std::string why;                             // of a failure, in libcurl's words
  int status = 0;                              // 0 on a failure
  std::map<std::string, std::string> headers;  // names in lower case; repeated ones joined by ", "
  std::string body;
  uint64_t body_bytes = 0;  // all of it
  std::string url;          // where the answer came from, after redirects

  bool is_success() const { return status >= 200 && status < 300; }

  // "" if there is none. `name` in lower case.
  std::string header(const std::string& name) const {
    auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
};

// A 2xx answer whose body is read bit by bit; what is not read is not fetched (beyond some 100
// KiB). Not thread-safe; owned by one reader.
class HttpStream {
 public:
  struct State;
  explicit HttpStream(std::unique_ptr<State> state);
  HttpStream(HttpStream&&) noexcept;
  HttpStream& operator=(HttpStream&&) noexcept;
  ~HttpStream();

  // The head of the answer. When it is no success, `failure` or `body` say why, and read() gives
  // nothing.
  const HttpResponse& head() const;

  // Reads 1..into.size() bytes, or 0 at the end of the body. Errors: Cancelled, Failed for a
  // transfer that broke off (failure() says how).
  Result<size_t> read(std::span<std::byte> into);
  HttpFailure failure() const;

 private:
  std::unique_ptr<State> state_;
};

// Keeps connections open between requests. Thread-safe; streams keep what they need of it.
class HttpClient {
 public:
  HttpClient();
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;
  ~HttpClient();

  // An unreachable or silent peer is a response with `failure` set. Errors: Cancelled, Failed
  // (libcurl cannot start, a CA file that cannot be read, on_body gave up), Invalid for a redirect
  // that leads nowhere.
  Result<HttpResponse> request(const HttpRequest& request, const CancelToken& cancel) const;
  // The same up to the end of the head. `cancel` must outlive the stream. on_body is not used.
  Result<HttpStream> open(const HttpRequest& request, const CancelToken& cancel) const;

 private:
  struct Pool;
  std::shared_ptr<Pool> pool_;
};

// One request on a connection of its own.
Result<HttpResponse> http_request(const HttpRequest& request, const CancelToken& cancel);

}  // namespace whittle
