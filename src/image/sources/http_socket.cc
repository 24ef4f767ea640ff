#include "image/sources/http_socket.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>
#include <mutex>
#include <optional>

#include "base/fs.h"
#include "base/strings.h"

namespace whittle {

namespace {

constexpr size_t kMaxBodyBytes = 1 << 20;
constexpr long kConnectTimeoutSeconds = 10;

struct Transfer {
  CURL* handle;
  int body_fd;
  const OpenOptions& options;
  SocketReply reply;
  std::optional<Error> failure;
};

size_t on_body(char* data, size_t, size_t size, void* user) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  long status = 0;
  curl_easy_getinfo(transfer.handle, CURLINFO_RESPONSE_CODE, &status);
  std::string_view bytes(data, size);
  if (transfer.body_fd >= 0 && status == 200) {
    Status written = write_all(transfer.body_fd, bytes);
    if (written.ok()) return size;
    transfer.failure.emplace(std::move(written).error());
    return 0;
  }
  if (transfer.reply.body.size() + size > kMaxBodyBytes) {
    transfer.failure.emplace(ErrorKind::Limit, "the engine's answer is too long");
    return 0;
  }
  transfer.reply.body.append(bytes);
  return size;
}

size_t on_header(char* data, size_t, size_t size, void* user) {
  constexpr std::string_view kName = "api-version:";
  std::string_view line(data, size);
  if (equals_ignoring_case(line.substr(0, kName.size()), kName)) {
    static_cast<Transfer*>(user)->reply.api_version = trim(line.substr(kName.size()));
  }
  return size;
}

int on_progress(void* user, curl_off_t, curl_off_t received, curl_off_t, curl_off_t) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  if (transfer.body_fd >= 0) transfer.options.progress->update(static_cast<uint64_t>(received));
  return transfer.options.cancel->is_cancelled() ? 1 : 0;
}

void prepare(CURL* handle, const std::string& socket, const std::string& url, Transfer& transfer) {
  curl_easy_setopt(handle, CURLOPT_UNIX_SOCKET_PATH, socket.c_str());
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, kConnectTimeoutSeconds);
  curl_easy_setopt(handle, CURLOPT_BUFFERSIZE, 512L * 1024);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &on_progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &transfer);
}

}  // namespace

Result<SocketReply> socket_get(const std::string& socket,
                               const std::string& path,
                               int body_fd,
                               const OpenOptions& options) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(), &curl_easy_cleanup);
  if (handle == nullptr) return Error("cannot start an HTTP transfer");
  Transfer transfer{handle.get(), body_fd, options, {}, std::nullopt};
  prepare(handle.get(), socket, "http://localhost" + path, transfer);
  CURLcode code = curl_easy_perform(handle.get());
  TRY(options.cancel->check());
  if (transfer.failure) return std::move(*transfer.failure);
  if (code == CURLE_COULDNT_CONNECT) {
    return Error(ErrorKind::NotFound, fmt::format("nothing answers at {}", printable(socket)));
  }
  if (code != CURLE_OK)
    return Error(fmt::format("{}: {}", printable(socket), curl_easy_strerror(code)));
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &transfer.reply.status);
  return std::move(transfer.reply);
}

std::string url_encode(std::string_view text) {
  std::string out;
  for (char c : text) {
    bool is_plain = is_alpha(c) || is_digit(c) || contains("-._~/:@", std::string_view(&c, 1));
    out += is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace whittle
