// An HTTP server for tests that does what a handler says, also what no good server does: answers
// that are cut off, late, endless or not HTTP. One thread a connection, on a loopback port.
#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "base/strings.h"

namespace whittle::test {

struct ServerRequest {
  std::string method;
  std::string target;                          // path and query as sent
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;

  std::string header(const std::string& name) const {
    auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

// The connection a request came by, for the handler to answer on.
class ServerPeer {
 public:
  ServerPeer(int fd, const std::atomic<bool>& closing) : fd_(fd), closing_(closing) {}

  // False once the peer is gone or the server ends.
  bool send(std::string_view bytes) {
    while (!bytes.empty() && !closing_) {
      pollfd ready{fd_, POLLOUT, 0};
      if (::poll(&ready, 1, 20) <= 0) continue;
      ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return bytes.empty();
  }

  // `headers`: lines with "\r\n" each.
  void answer(int status, std::string_view body = "", const std::string& headers = "") {
    send(head(status, body.size(), headers));
    send(body);
  }

  static std::string head(int status, uint64_t length, const std::string& headers = "") {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + headers +
           "Content-Length: " + std::to_string(length) + "\r\n\r\n";
  }

  // Ends the connection after this request.
  void close() { is_closed_ = true; }

  bool is_closed() const { return is_closed_; }

  // Says nothing until the server ends or so many milliseconds have passed.
  void wait(int milliseconds) {
    for (int i = 0; i < milliseconds / 5 && !closing_; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }

 private:
  int fd_;
  const std::atomic<bool>& closing_;
  bool is_closed_ = false;
};

class HttpServer {
 public:
  using Handler = std::function<void(const ServerRequest&, ServerPeer&)>;

  explicit HttpServer(Handler handler) : handler_(std::move(handler)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    listener_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    CHECK(::bind(listener_.get(), generic, size) == 0 && ::listen(listener_.get(), 64) == 0);
    CHECK(::getsockname(listener_.get(), generic, &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { accept_all(); });
  }

  HttpServer(const HttpServer&) = delete;

  ~HttpServer() {
    closing_ = true;
    thread_.join();
    for (std::thread& thread : threads_) thread.join();
  }

  std::string host() const { return "127.0.0.1:" + std::to_string(port_); }

  std::string url(std::string_view path = "/") const {
    return "http://" + host() + std::string(path);
  }

  std::vector<ServerRequest> requests() {
    std::lock_guard lock(mutex_);
    return requests_;
  }

  size_t connections() const { return connections_; }

 private:
  void accept_all() {
    while (!closing_) {
      pollfd ready{listener_.get(), POLLIN, 0};
      if (::poll(&ready, 1, 10) <= 0) continue;
      int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      ++connections_;
      threads_.emplace_back([this, fd] { serve(UniqueFd(fd)); });
    }
  }

  void serve(UniqueFd fd) {
    std::string input;
    ServerPeer peer(fd.get(), closing_);
    ServerRequest request;
    while (!peer.is_closed() && receive(fd.get(), input, request)) {
      {
        std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      handler_(request, peer);
    }
  }

  bool receive_more(int fd, std::string& input) {
    while (!closing_) {
      pollfd ready{fd, POLLIN, 0};
      if (::poll(&ready, 1, 10) <= 0) continue;
      char bytes[4096];
      ssize_t n = ::read(fd, bytes, sizeof bytes);
      if (n <= 0) return false;
      input.append(bytes, static_cast<size_t>(n));
      return true;
    }
    return false;
  }

  bool receive(int fd, std::string& input, ServerRequest& request) {
    size_t end;
    while ((end = input.find("\r\n\r\n")) == std::string::npos) {
      if (!input.empty() && !is_alpha(input[0])) return false;  // TLS
      if (!receive_more(fd, input)) return false;
    }
    request = {};
    std::vector<std::string_view> lines = split_lines(std::string_view(input).substr(0, end));
    std::vector<std::string_view> words = split_blanks(lines[0]);
    if (words.size() < 2) return false;
    request.method = words[0];
    request.target = words[1];
    for (size_t i = 1; i < lines.size(); ++i) {
      size_t colon = lines[i].find(':');
      if (colon == std::string_view::npos) continue;
      request.headers[to_lower(lines[i].substr(0, colon))] = trim(lines[i].substr(colon + 1));
    }
    input.erase(0, end + 4);
    size_t length = parse_u64(request.header("content-length")).value_or(0);
    while (input.size() < length) {
      if (!receive_more(fd, input)) return false;
    }
    request.body = input.substr(0, length);
    input.erase(0, length);
    return true;
  }

  Handler handler_;
  UniqueFd listener_;
  uint16_t port_ = 0;
  std::thread thread_;
  std::vector<std::thread> threads_;  // of thread_ only, until it is joined
  std::atomic<bool> closing_{false};
  std::atomic<size_t> connections_{0};
  std::mutex mutex_;
  std::vector<ServerRequest> requests_;
};

}  // namespace whittle::test
