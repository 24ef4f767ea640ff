#include "net/http.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>

#include "base/strings.h"
#include "net/connection.h"
#include "net/curl.h"
#include "net/url.h"

namespace whittle {

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kMaxHeaders = 200;
constexpr size_t kMaxHeaderBytes = 64 * 1024;
constexpr size_t kMaxBuffered = 256 * 1024;  // beyond it the transfer pauses
constexpr size_t kReadBytes = 64 * 1024;
constexpr int kPollMs = 50;  // how late a cancellation is seen
constexpr uint64_t kMinStallBytes = 1024;
constexpr size_t kMaxDrainedBytes = 16 * 1024;  // of a redirect's body, to keep the connection

struct ListDeleter {
  void operator()(curl_slist* list) const { curl().slist_free_all(list); }
};

using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

HttpFailure failure_of(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return HttpFailure::None;
    case CURLE_OPERATION_TIMEDOUT:
      return HttpFailure::TimedOut;
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
      return HttpFailure::Closed;
    case CURLE_UNSUPPORTED_PROTOCOL:  // an answer that would be HTTP/0.9
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      return HttpFailure::NotHttp;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return HttpFailure::Untrusted;
    case CURLE_SSL_CONNECT_ERROR:
      return HttpFailure::NotTls;
    default:
      return HttpFailure::Refused;
  }
}

HeaderList header_list(const HttpRequest& request) {
  HeaderList list;
  for (const std::string& header : request.headers) {
    list.reset(curl().slist_append(list.release(), header.c_str()));
  }
  return list;
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool is_secret_header(std::string_view header) {
  std::string_view name = trim(header.substr(0, header.find(':')));
  return equals_ignoring_case(name, "Authorization") || equals_ignoring_case(name, "Cookie");
}

std::string origin_of(const HttpRequest& request) {
  Result<Url> url = parse_url(request.url);
  if (!url.ok()) return request.unix_socket;
  return fmt::format("{}|{}://{}:{}", request.unix_socket, url->scheme, url->host, url->port);
}

// The request that a redirect asks for.
Result<HttpRequest> redirected(HttpRequest request, const HttpResponse& response) {
  TRY_ASSIGN(std::string target, resolve_url(request.url, response.header("location")));
  TRY_ASSIGN(Url from, parse_url(request.url));
  TRY_ASSIGN(Url to, parse_url(target));
  if (from.scheme == "https" && to.scheme == "http") {
    return Error(ErrorKind::Invalid,
                 fmt::format("{} leads from https to http", printable(request.url)));
  }
  if (!to.has_origin_of(from)) {
    std::erase_if(request.headers, is_secret_header);
    request.tls.certificate.clear();
    request.tls.key.clear();
  }
  request.url = std::move(target);
  return request;
}

}  // namespace

struct HttpClient::Pool : ConnectionPool {};

// One transfer: libcurl pushes into it, read() pulls out of it.
struct HttpStream::State {
  State(std::shared_ptr<ConnectionPool> the_pool, HttpRequest the_request, const CancelToken& token)
      : pool(std::move(the_pool)), request(std::move(the_request)), cancel(token) {}

  ~State() { release(); }

  Status start();
  Status wait_for_head();
  Result<size_t> read(std::span<std::byte> into);
  Status read_error_body();

  // Hands a finished transfer's connection back; drops an unfinished one's.
  void release() {
    if (connection == nullptr) return;
    connection->stop();
    if (done && code == CURLE_OK) pool->give_back(origin, std::move(connection));
    connection.reset();
  }

  std::shared_ptr<ConnectionPool> pool;
  HttpRequest request;
  const CancelToken& cancel;
  HttpResponse response;

 private:
  static size_t on_body(char* data, size_t size, size_t count, void* user);
  static size_t on_header(char* data, size_t size, size_t count, void* user);
  void take_header(std::string_view line);
  void deliver(std::string_view bytes);
  Status pump();
  void wait();
  void collect_outcome();
  bool in_handshake() const;
  void fail(CURLcode reason, std::string_view text);
  void publish_failure();

  std::string origin;
  std::unique_ptr<Connection> connection;
  HeaderList headers;
  std::shared_ptr<const std::string> certificates;
  char error_text[CURL_ERROR_SIZE] = "";
  bool has_head = false;
  bool done = false;
  bool is_paused = false;
  CURLcode code = CURLE_OK;
  std::string why;
  std::span<std::byte> target;  // of the read() in progress
  size_t filled = 0;
  std::string buffer;  // what came beyond `target`
  size_t buffer_at = 0;
  uint64_t received = 0;  // since the stall window began
  Clock::duration waited{};
};

size_t HttpStream::State::on_body(char* data, size_t size, size_t count, void* user) {
  State& state = *static_cast<State*>(user);
  size_t bytes = size * count;
  bool is_full = state.filled == state.target.size();
  if (is_full && state.buffer.size() - state.buffer_at >= kMaxBuffered) {
    state.is_paused = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  state.deliver({data, bytes});
  return bytes;
}

void HttpStream::State::deliver(std::string_view bytes) {
  received += bytes.size();
  size_t direct = buffer.empty() ? std::min(bytes.size(), target.size() - filled) : 0;
  if (direct > 0) std::memcpy(target.data() + filled, bytes.data(), direct);
  filled += direct;
  buffer.append(bytes.substr(direct));
}

size_t HttpStream::State::on_header(char* data, size_t size, size_t count, void* user) {
  State& state = *static_cast<State*>(user);
  state.received += size * count;
  if (!state.has_head) state.take_header({data, size * count});
  return size * count;
}

void HttpStream::State::take_header(std::string_view line) {
  if (line.starts_with("HTTP/")) {
    response.headers.clear();
    return;
  }
  if (trim(line).empty()) {
    long status = 0;
    curl().easy_getinfo(connection->easy(), CURLINFO_RESPONSE_CODE, &status);
    if (status < 200) return;  // 100 Continue and such: another head follows
    response.status = static_cast<int>(status);
    has_head = true;
    return;
  }
  size_t colon = line.find(':');
  bool is_taken = colon != std::string_view::npos && line.size() <= kMaxHeaderBytes &&
                  response.headers.size() < kMaxHeaders;
  if (!is_taken) return;
  std::string name = to_lower(trim(line.substr(0, colon)));
  std::string& value = response.headers[name];
  // Challenges are alternatives; of everything else the last one counts.
  bool joins = name == "www-authenticate" && !value.empty() && value.size() < kMaxHeaderBytes;
  value = (joins ? value + ", " : "") + std::string(trim(line.substr(colon + 1)));
}

Status HttpStream::State::start() {
  TRY(cancel.check());
  TRY(load_curl());
  TRY_ASSIGN(certificates, pool->certificates(request.tls.ca_files));
  origin = origin_of(request);
  connection = pool->take(origin);
  if (connection == nullptr) return Error("cannot start an HTTP request");
  headers = header_list(request);
  connection->prepare(request, headers.get(), *certificates);
  CURL* easy = connection->easy();
  curl().easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
  curl().easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl().easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_header);
  curl().easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl().easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text);
  if (!connection->start()) return Error("cannot start an HTTP request");
  response.url = request.url;
  return wait_for_head();
}

Status HttpStream::State::wait_for_head() {
  for (;;) {
    TRY(pump());
    if (done && !has_head) publish_failure();
    if (has_head || done) return {};
    wait();
  }
}

void HttpStream::State::fail(CURLcode reason, std::string_view text) {
  done = true;
  code = reason;
  why = printable(text);
}

// A transfer may have broken off while its first bytes are still to be read.
void HttpStream::State::publish_failure() {
  response.failure = failure_of(code);
  response.why = why;
}

// Who hangs up in the middle of a handshake does not speak TLS as we do.
bool HttpStream::State::in_handshake() const {
  curl_off_t shaken = 0;
  long connects = 0;  // 0 on a connection that was kept
  curl().easy_getinfo(connection->easy(), CURLINFO_APPCONNECT_TIME_T, &shaken);
  curl().easy_getinfo(connection->easy(), CURLINFO_NUM_CONNECTS, &connects);
  return request.url.starts_with("https:") && !has_head && connects > 0 && shaken == 0;
}

void HttpStream::State::collect_outcome() {
  int left = 0;
  while (CURLMsg* message = curl().multi_info_read(connection->multi(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURLcode result = in_handshake() && failure_of(message->data.result) == HttpFailure::Closed
                          ? CURLE_SSL_CONNECT_ERROR
                          : message->data.result;
    done = true;
    if (result != CURLE_OK)
      fail(result, *error_text != '\0' ? error_text : curl().easy_strerror(result));
  }
}

// Lets libcurl do what can be done at once.
Status HttpStream::State::pump() {
  TRY(cancel.check());
  int running = 0;
  if (curl().multi_perform(connection->multi(), &running) != CURLM_OK)
    return Error("libcurl failed in the middle of a request");
  collect_outcome();
  return {};
}

// Waits for the peer, a moment at most; a peer that is silent for too long ends the transfer.
void HttpStream::State::wait() {
  if (done) return;
  Clock::time_point begin = Clock::now();
  curl().multi_poll(connection->multi(), nullptr, 0, kPollMs, nullptr);
  waited += Clock::now() - begin;
  if (request.stall_timeout_ms == 0 || waited < std::chrono::milliseconds(request.stall_timeout_ms))
    return;
  if (received < kMinStallBytes) {
    fail(CURLE_OPERATION_TIMEDOUT,
         fmt::format(
             "{} bytes in {:.0f} s", received, std::chrono::duration<double>(waited).count()));
  }
  waited = {};
  received = 0;
}

Result<size_t> HttpStream::State::read(std::span<std::byte> into) {
  CHECK(!into.empty());
  if (buffer_at < buffer.size()) {
    size_t n = std::min(into.size(), buffer.size() - buffer_at);
    std::memcpy(into.data(), buffer.data() + buffer_at, n);
    buffer_at += n;
    if (buffer_at == buffer.size()) {
      buffer.clear();
      buffer_at = 0;
    }
    return n;
  }
  target = into;
  filled = 0;
  Status passed;
  while (passed.ok() && filled == 0 && !done) {
    if (is_paused) {
      is_paused = false;
      curl().easy_pause(connection->easy(), CURLPAUSE_CONT);
    }
    passed = pump();
    if (passed.ok() && filled == 0) wait();
  }
  target = {};
  TRY(std::move(passed));
  if (filled > 0) return std::exchange(filled, 0);
  if (code != CURLE_OK) {
    publish_failure();
    return Error(response.why);
  }
  release();
  return size_t{0};
}

Status HttpStream::State::read_error_body() {
  std::vector<std::byte> piece(kReadBytes);
  while (response.body.size() < request.max_body_bytes) {
    Result<size_t> n = read(piece);
    if (!n.ok() && n.error().kind() == ErrorKind::Cancelled) return std::move(n).error();
    if (!n.ok() || *n == 0) break;  // the status is what counts
    size_t room = static_cast<size_t>(request.max_body_bytes) - response.body.size();
    response.body.append(reinterpret_cast<const char*>(piece.data()), std::min(room, *n));
    response.body_bytes += *n;
  }
  response.failure = HttpFailure::None;
  release();
  return {};
}

HttpStream::HttpStream(std::unique_ptr<State> state) : state_(std::move(state)) {}

HttpStream::HttpStream(HttpStream&&) noexcept = default;
HttpStream& HttpStream::operator=(HttpStream&&) noexcept = default;
HttpStream::~HttpStream() = default;

const HttpResponse& HttpStream::head() const {
  return state_->response;
}

HttpFailure HttpStream::failure() const {
  return state_->response.failure;
}

Result<size_t> HttpStream::read(std::span<std::byte> into) {
  if (!state_->response.is_success()) return size_t{0};
  return state_->read(into);
}

HttpClient::HttpClient() : pool_(std::make_shared<Pool>()) {}

HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

namespace {

using StatePtr = std::unique_ptr<HttpStream::State>;

// Up to the head of the answer that is not a redirect (or one too many to follow).
Result<StatePtr> start(const std::shared_ptr<ConnectionPool>& pool,
                       HttpRequest request,
                       const CancelToken& cancel) {
  bool follows = request.method == "GET" || request.method == "HEAD";
  for (unsigned redirects = 0;; ++redirects) {
    auto state = std::make_unique<HttpStream::State>(pool, std::move(request), cancel);
    TRY(state->start());
    const HttpResponse& response = state->response;
    bool leads_on = response.failure == HttpFailure::None && follows &&
                    state->request.max_redirects > 0 && is_redirect(response.status) &&
                    !response.header("location").empty();
    if (!leads_on) return state;
    if (redirects == state->request.max_redirects)
      return Error(fmt::format("{}: too many redirects", printable(state->request.url)));
    uint64_t kept = std::exchange(state->request.max_body_bytes, kMaxDrainedBytes);
    TRY(state->read_error_body());
    state->request.max_body_bytes = kept;
    TRY_ASSIGN(request, redirected(std::move(state->request), response));
  }
}

}  // namespace

Result<HttpStream> HttpClient::open(const HttpRequest& request, const CancelToken& cancel) const {
  TRY_ASSIGN(StatePtr state, start(pool_, request, cancel));
  HttpResponse& response = state->response;
  if (response.failure != HttpFailure::None) {
    response.status = 0;
  } else if (!response.is_success()) {
    TRY(state->read_error_body());
  }
  return HttpStream(std::move(state));
}

Result<HttpResponse> HttpClient::request(const HttpRequest& request,
                                         const CancelToken& cancel) const {
  TRY_ASSIGN(StatePtr state, start(pool_, request, cancel));
  HttpResponse& response = state->response;
  bool pushes = request.on_body && response.is_success();
  std::vector<std::byte> piece(kReadBytes);
  while (response.failure == HttpFailure::None) {
    Result<size_t> n = state->read(piece);
    if (!n.ok() && n.error().kind() == ErrorKind::Cancelled) return std::move(n).error();
    if (!n.ok() || *n == 0) break;
    std::string_view bytes(reinterpret_cast<const char*>(piece.data()), *n);
    response.body_bytes += *n;
    if (pushes) {
      if (request.on_body(bytes)) continue;
      return Error(fmt::format("{} {}: the answer was not taken", request.method, request.url));
    }
    uint64_t room =
        request.max_body_bytes - std::min<uint64_t>(response.body.size(), request.max_body_bytes);
    response.body.append(bytes.substr(0, static_cast<size_t>(std::min<uint64_t>(room, *n))));
  }
  if (response.failure != HttpFailure::None) response.status = 0;
  state->release();
  return std::move(response);
}

Result<HttpResponse> http_request(const HttpRequest& request, const CancelToken& cancel) {
  return HttpClient().request(request, cancel);
}

}  // namespace whittle
