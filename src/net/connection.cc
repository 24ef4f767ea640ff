#include "net/connection.h"

#include "base/environment.h"
#include "base/strings.h"
#include "net/curl.h"
#include "net/url.h"

namespace whittle {

namespace {

constexpr size_t kMaxIdle = 16;
constexpr uint64_t kMaxCertificateBytes = 16ULL << 20;
constexpr long kReceiveBytes = 128 * 1024;

// $SSL_CERT_FILE, as OpenSSL's own programs do, else what libcurl was built with.
std::string system_bundle() {
  std::string named = environment("SSL_CERT_FILE");
  if (!named.empty()) return named;
  const curl_version_info_data* info = curl().version_info(CURLVERSION_NOW);
  bool has_path = info->age >= CURLVERSION_SEVENTH && info->cainfo != nullptr;
  return has_path ? info->cainfo : "/etc/ssl/certs/ca-certificates.crt";
}

}  // namespace

std::unique_ptr<Connection> Connection::make() {
  CURLM* multi = curl().multi_init();
  CURL* easy = curl().easy_init();
  auto connection = std::make_unique<Connection>(multi, easy);
  if (multi == nullptr || easy == nullptr) return nullptr;
  return connection;
}

Connection::~Connection() {
  stop();
  if (easy_ != nullptr) curl().easy_cleanup(easy_);
  if (multi_ != nullptr) curl().multi_cleanup(multi_);
}

bool Connection::start() {
  is_running_ = curl().multi_add_handle(multi_, easy_) == CURLM_OK;
  return is_running_;
}

void Connection::stop() {
  if (!is_running_) return;
  curl().multi_remove_handle(multi_, easy_);
  is_running_ = false;
}

void Connection::set_proxy(const HttpRequest& request) {
  Result<Url> url = parse_url(request.url);
  bool uses_proxy =
      request.uses_proxy && request.unix_socket.empty() && url.ok() && !is_loopback_host(url->host);
  if (!uses_proxy) {
    curl().easy_setopt(easy_, CURLOPT_PROXY, "");
    curl().easy_setopt(easy_, CURLOPT_NOPROXY, "*");
    return;
  }
  // libcurl reads the environment itself, but for HTTP_PROXY, which a CGI program's client could
  // set.
  std::string upper = environment("HTTP_PROXY");
  bool counts = url->scheme == "http" && environment("http_proxy").empty() &&
                environment("REQUEST_METHOD").empty();
  if (counts && !upper.empty()) curl().easy_setopt(easy_, CURLOPT_PROXY, upper.c_str());
}

void Connection::set_peer(const HttpRequest& request, const std::string& certificates) {
  curl().easy_setopt(easy_, CURLOPT_URL, request.url.c_str());
  curl().easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl().easy_setopt(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  if (!request.unix_socket.empty())
    curl().easy_setopt(easy_, CURLOPT_UNIX_SOCKET_PATH, request.unix_socket.c_str());
  if (!request.tls.folder.empty()) {
    curl().easy_setopt(easy_, CURLOPT_CAINFO, (request.tls.folder / "ca.pem").c_str());
    curl().easy_setopt(easy_, CURLOPT_SSLCERT, (request.tls.folder / "cert.pem").c_str());
    curl().easy_setopt(easy_, CURLOPT_SSLKEY, (request.tls.folder / "key.pem").c_str());
  }
  if (!request.tls.certificate.empty()) {
    curl().easy_setopt(easy_, CURLOPT_SSLCERT, request.tls.certificate.c_str());
    curl().easy_setopt(easy_, CURLOPT_SSLKEY, request.tls.key.c_str());
  }
  if (!certificates.empty()) {
    curl_blob blob{const_cast<char*>(certificates.data()), certificates.size(), CURL_BLOB_NOCOPY};
    curl().easy_setopt(easy_, CURLOPT_CAINFO_BLOB, &blob);
  }
  if (!request.tls.verifies) {
    curl().easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, 0L);
    curl().easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, 0L);
  }
}

void Connection::set_method(const HttpRequest& request) {
  if (!request.body.empty() || request.method == "POST") {
    curl().easy_setopt(
        easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl().easy_setopt(easy_, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  if (request.method == "HEAD") curl().easy_setopt(easy_, CURLOPT_NOBODY, 1L);
  curl().easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void Connection::prepare(const HttpRequest& request,
                         const curl_slist* headers,
                         const std::string& certificates) {
  curl().easy_reset(easy_);
  set_peer(request, certificates);
  set_proxy(request);
  set_method(request);
  curl().easy_setopt(easy_, CURLOPT_HTTPHEADER, headers);
  curl().easy_setopt(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl().easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl().easy_setopt(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  curl().easy_setopt(easy_, CURLOPT_BUFFERSIZE, kReceiveBytes);
  curl().easy_setopt(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout_ms));
  curl().easy_setopt(
      easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout_ms));
}

std::unique_ptr<Connection> ConnectionPool::take(const std::string& origin) {
  {
    std::lock_guard lock(mutex_);
    for (size_t i = idle_.size(); i-- > 0;) {
      if (idle_[i].origin != origin) continue;
      std::unique_ptr<Connection> found = std::move(idle_[i].connection);
      idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
      return found;
    }
  }
  return Connection::make();
}

void ConnectionPool::give_back(const std::string& origin, std::unique_ptr<Connection> connection) {
  std::lock_guard lock(mutex_);
  if (idle_.size() >= kMaxIdle) idle_.erase(idle_.begin());
  idle_.push_back({origin, std::move(connection)});
}

Result<std::shared_ptr<const std::string>> ConnectionPool::certificates(
    const std::vector<std::string>& ca_files) {
  std::lock_guard lock(mutex_);
  std::shared_ptr<const std::string>& known = certificates_[ca_files];
  if (known != nullptr) return known;
  auto bundle = std::make_shared<std::string>();
  bool has_own_bundle = !environment("SSL_CERT_FILE").empty();
  if (!ca_files.empty() || has_own_bundle) {
    Result<std::string> system = read_file(system_bundle(), kMaxCertificateBytes);
    if (system.ok()) *bundle = std::move(*system) + "\n";
  }
  for (const std::string& ca_file : ca_files) {
    Result<std::string> own = read_file(ca_file, kMaxCertificateBytes);
    if (!own.ok()) return std::move(own).error().with("CA file");
    if (!contains(*own, "-----BEGIN ")) {
      return Error(ErrorKind::Invalid,
                   "CA file: " + printable(ca_file) + " holds no PEM certificate");
    }
    *bundle += *own + "\n";
  }
  known = std::move(bundle);
  return known;
}

}  // namespace whittle
