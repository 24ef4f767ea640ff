#include "container/http.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr size_t kMaxHeaders = 200;

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

using EasyHandle = std::unique_ptr<CURL, EasyDeleter>;
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

struct Transfer {
  const HttpRequest* request;
  const CancelToken* cancel;
  HttpResponse response;
  bool gave_up = false;
};

size_t on_body(char* data, size_t size, size_t count, void* user) {
  auto* transfer = static_cast<Transfer*>(user);
  size_t bytes = size * count;
  transfer->response.body_bytes += bytes;
  if (transfer->request->on_body) {
    transfer->gave_up = !transfer->request->on_body({data, bytes});
    return transfer->gave_up ? 0 : bytes;
  }
  std::string& body = transfer->response.body;
  uint64_t room = transfer->request->max_body_bytes -
                  std::min<uint64_t>(body.size(), transfer->request->max_body_bytes);
  body.append(data, std::min<uint64_t>(room, bytes));
  return bytes;
}

size_t on_header(char* data, size_t size, size_t count, void* user) {
  auto* transfer = static_cast<Transfer*>(user);
  std::string_view line(data, size * count);
  size_t colon = line.find(':');
  if (colon != std::string_view::npos && transfer->response.headers.size() < kMaxHeaders) {
    transfer->response.headers[to_lower(trim(line.substr(0, colon)))] =
        trim(line.substr(colon + 1));
  }
  return size * count;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(user)->cancel->is_cancelled() ? 1 : 0;
}

HttpFailure failure_of(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return HttpFailure::TimedOut;
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
      return HttpFailure::Closed;
    case CURLE_UNSUPPORTED_PROTOCOL:  // an answer that would be HTTP/0.9
    case CURLE_WEIRD_SERVER_REPLY:
      return HttpFailure::NotHttp;
    default:
      return HttpFailure::Refused;
  }
}

HeaderList header_list(const HttpRequest& request) {
  HeaderList list;
  for (const std::string& header : request.headers) {
    list.reset(curl_slist_append(list.release(), header.c_str()));
  }
  return list;
}

void set_peer(CURL* handle, const HttpRequest& request) {
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
  if (!request.unix_socket.empty()) {
    curl_easy_setopt(handle, CURLOPT_UNIX_SOCKET_PATH, request.unix_socket.c_str());
  }
  if (!request.tls_folder.empty()) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, (request.tls_folder / "ca.pem").c_str());
    curl_easy_setopt(handle, CURLOPT_SSLCERT, (request.tls_folder / "cert.pem").c_str());
    curl_easy_setopt(handle, CURLOPT_SSLKEY, (request.tls_folder / "key.pem").c_str());
  }
}

void set_method(CURL* handle, const HttpRequest& request) {
  if (!request.body.empty() || request.method == "POST") {
    curl_easy_setopt(
        handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  if (request.method == "HEAD") curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void set_callbacks(CURL* handle, Transfer& transfer) {
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &on_progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &transfer);
}

}  // namespace

Result<HttpResponse> http_request(const HttpRequest& request, const CancelToken& cancel) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  TRY(cancel.check());
  EasyHandle handle(curl_easy_init());
  if (handle == nullptr) return Error("cannot start an HTTP request");
  Transfer transfer{&request, &cancel, {}};
  char error_text[CURL_ERROR_SIZE] = "";
  HeaderList headers = header_list(request);
  set_peer(handle.get(), request);
  set_method(handle.get(), request);
  set_callbacks(handle.get(), transfer);
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, error_text);
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout_ms));
  curl_easy_setopt(
      handle.get(), CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout_ms));
  CURLcode code = curl_easy_perform(handle.get());
  TRY(cancel.check());
  if (transfer.gave_up)
    return Error(fmt::format("{} {}: the answer was not taken", request.method, request.url));
  HttpResponse response = std::move(transfer.response);
  if (code != CURLE_OK) {
    response.failure = failure_of(code);
    response.why = printable(*error_text != '\0' ? error_text : curl_easy_strerror(code));
    return response;
  }
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  response.status = static_cast<int>(status);
  return response;
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (is_alpha(c) || is_digit(c) || std::string_view("-._~").find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace whittle
