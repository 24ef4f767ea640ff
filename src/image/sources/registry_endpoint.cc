#include "image/sources/registry_endpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "image/json.h"
#include "image/sources/registry_http.h"
#include "image/sources/registry_reference.h"
#include "net/url.h"

namespace whittle {

using nlohmann::json;

namespace {

constexpr uint64_t kConnectTimeoutMs = 10'000;
constexpr uint64_t kStallTimeoutMs = 60'000;
constexpr uint64_t kMaxErrorBytes = 256 * 1024;
constexpr unsigned kMaxRedirects = 8;
constexpr int kMaxLogins = 2;
constexpr unsigned kHandshakeTries = 3;
constexpr size_t kMaxShownErrors = 3;

bool is_insecure(const std::string& host, const OpenOptions& options) {
  return std::any_of(options.registry.insecure_hosts.begin(),
                     options.registry.insecure_hosts.end(),
                     [&](const std::string& insecure) {
                       return canonical_registry_host(insecure) == canonical_registry_host(host);
                     });
}

// {"errors": [{"code": "...", "message": "..."}]} as text; "" if it is something else.
std::string words_of(const HttpResponse& head, const Limits& limits) {
  Result<json> root = parse_json(head.body, "answer", limits);
  if (!root.ok()) return "";
  Result<const json*> errors = json_array(*root, "errors");
  if (!errors.ok() || *errors == nullptr) return "";
  std::vector<std::string> texts;
  for (const json& item : **errors) {
    Result<std::string> code = json_string(item, "code");
    Result<std::string> message = json_string(item, "message");
    std::string text = message.ok() && !message->empty() ? *message : code.ok() ? *code : "";
    if (!text.empty() && texts.size() < kMaxShownErrors) texts.push_back(printable(text));
  }
  return join(texts, "; ");
}

Error error_of(const std::string& host, const HttpResponse& head, const Limits& limits) {
  std::string words = words_of(head, limits);
  std::string text = fmt::format("{}: {}{}status {}{}",
                                 host,
                                 words,
                                 words.empty() ? "" : " (",
                                 head.status,
                                 words.empty() ? "" : ")");
  if (head.status == 404) return Error(ErrorKind::NotFound, text);
  Error error(text);
  if (head.status == 429) {
    std::optional<uint64_t> seconds = parse_u64(head.header("retry-after"));
    return std::move(error).hint("The registry limits how often it may be asked: log in, or wait" +
                                 (seconds ? fmt::format(" {} s", *seconds) : std::string()));
  }
  if (head.status == 403) return std::move(error).hint("The login may not pull this image");
  return error;
}

}  // namespace

RegistryEndpoint::RegistryEndpoint(const HttpClient& http, Place place, const OpenOptions& options)
    : http_(http),
      place_(std::move(place)),
      options_(options),
      auth_(http, place_.login_host, place_.repository, options) {
  bool insecure = is_insecure(place_.host, options);
  place_.tls.verifies = !insecure;
  may_use_http_ = insecure || is_loopback_host(place_.host);
  speaks_http_ = place_.is_plain_http;
}

std::string RegistryEndpoint::scheme() const {
  return speaks_http_ ? "http" : "https";
}

Result<HttpStream> RegistryEndpoint::send(const std::string& scheme,
                                          const RegistryRequest& request) const {
  HttpRequest http;
  http.method = request.method;
  http.url = fmt::format("{}://{}/v2/{}{}", scheme, place_.host, place_.repository, request.path);
  http.headers = request.headers;
  http.headers.push_back("User-Agent: whittle");
  std::string authorization = auth_.header();
  if (!authorization.empty()) http.headers.push_back("Authorization: " + authorization);
  http.connect_timeout_ms = kConnectTimeoutMs;
  http.stall_timeout_ms = kStallTimeoutMs;
  http.max_body_bytes = kMaxErrorBytes;
  http.tls = place_.tls;
  http.uses_proxy = true;
  http.max_redirects = kMaxRedirects;
  return open_patiently(http_, http, place_.max_tries, *options_.cancel);
}

Result<HttpStream> RegistryEndpoint::log_in_and_send(const std::string& scheme,
                                                     const RegistryRequest& request) const {
  for (int logins = 0;; ++logins) {
    std::string used = auth_.header();
    TRY_ASSIGN(HttpStream stream, send(scheme, request));
    if (stream.head().status != 401 || logins == kMaxLogins) return stream;
    TRY(auth_.log_in(stream.head(), used, place_.tls));
  }
}

Error RegistryEndpoint::unreachable(const HttpResponse& head) const {
  if (head.failure == HttpFailure::Untrusted) {
    return Error(fmt::format("{}: {}", place_.host, head.why))
        .hint(fmt::format("Name its authority with --ca-file, or take any with --insecure {}",
                          place_.host));
  }
  if (head.failure == HttpFailure::NotTls) {
    return Error(fmt::format("{} does not speak TLS: {}", place_.host, head.why))
        .hint(fmt::format("If that is meant so, add --insecure {}", place_.host));
  }
  ErrorKind kind = head.failure == HttpFailure::Refused ? ErrorKind::NotFound : ErrorKind::Failed;
  return Error(kind, fmt::format("{} does not answer: {}", place_.host, head.why));
}

Result<HttpStream> RegistryEndpoint::open(const RegistryRequest& request) const {
  Result<HttpStream> stream = log_in_and_send(scheme(), request);
  // A handshake may break like any other exchange; on loopback it more likely says "plain HTTP".
  for (unsigned tries = 1; stream.ok() && !may_use_http_ && tries < kHandshakeTries &&
                           stream->head().failure == HttpFailure::NotTls;
       ++tries) {
    TRY(wait_ms(backoff_ms(tries), *options_.cancel));
    stream = log_in_and_send(scheme(), request);
  }
  if (!stream.ok()) return stream;
  HttpFailure failure = stream->head().failure;
  bool tries_http = may_use_http_ && !speaks_https_ && !speaks_http_ &&
                    (failure == HttpFailure::NotTls || failure == HttpFailure::Refused);
  if (tries_http) {
    Result<HttpStream> plain = log_in_and_send("http", request);
    if (!plain.ok()) return plain;
    if (plain->head().failure == HttpFailure::None) {
      speaks_http_ = true;
      stream = std::move(plain);
      failure = HttpFailure::None;
    }
  }
  if (failure != HttpFailure::None) {
    is_down_ = is_down_ || failure == HttpFailure::Refused || failure == HttpFailure::TimedOut;
    return unreachable(stream->head());
  }
  if (!speaks_http_) speaks_https_ = true;
  if (stream->head().is_success()) return stream;
  if (stream->head().status == 401) {
    std::string words = words_of(stream->head(), options_.limits);
    return auth_.refused(words.empty() ? "it refuses the login (status 401)" : words);
  }
  return error_of(place_.host, stream->head(), options_.limits);
}

}  // namespace whittle
