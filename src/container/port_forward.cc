#include "container/port_forward.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <list>

namespace whittle {

namespace {

constexpr int kPollMs = 100;  // how soon the end is seen
constexpr size_t kBufferBytes = 64 * 1024;

sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

const sockaddr* generic(const sockaddr_in& address) {
  const void* raw = &address;
  return static_cast<const sockaddr*>(raw);
}

UniqueFd make_socket() {
  return UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

// Bytes on their way from one socket to another, with the half-closing of TCP.
struct Direction {
  std::array<char, kBufferBytes> buffer;
  size_t begin = 0;
  size_t end = 0;
  bool source_ended = false;
  bool done = false;  // the target has been told of the end

  bool wants_to_read() const { return !source_ended && end < buffer.size(); }

  bool wants_to_write() const { return begin < end || (source_ended && !done); }

  // False when the connection is broken.
  bool pump(int source, int target, bool readable, bool writable) {
    if (readable && wants_to_read()) {
      ssize_t n = ::recv(source, buffer.data() + end, buffer.size() - end, 0);
      if (n == 0) source_ended = true;
      if (n > 0) end += static_cast<size_t>(n);
      if (n < 0 && errno != EAGAIN && errno != EINTR) return false;
    }
    if (writable || readable) return flush(target);
    return true;
  }

 private:
  bool flush(int target) {
    if (begin < end) {
      ssize_t n = ::send(target, buffer.data() + begin, end - begin, MSG_NOSIGNAL);
      if (n > 0) begin += static_cast<size_t>(n);
      if (n < 0 && errno != EAGAIN && errno != EINTR) return false;
    }
    if (begin == end) begin = end = 0;
    if (source_ended && begin == end && !done) {
      ::shutdown(target, SHUT_WR);
      done = true;
    }
    return true;
  }
};

struct Connection {
  UniqueFd outside;
  UniqueFd inside;
  Direction in;   // outside to inside
  Direction out;  // inside to outside

  short outside_events() const {
    return static_cast<short>((in.wants_to_read() ? POLLIN : 0) |
                              (out.wants_to_write() ? POLLOUT : 0));
  }

  short inside_events() const {
    return static_cast<short>((out.wants_to_read() ? POLLIN : 0) |
                              (in.wants_to_write() ? POLLOUT : 0));
  }

  // False when it is over.
  bool pump(short outside_ready, short inside_ready) {
    constexpr short kIn = POLLIN | POLLHUP | POLLERR;
    constexpr short kOut = POLLOUT | POLLERR;
    bool alive =
        in.pump(
            outside.get(), inside.get(), (outside_ready & kIn) != 0, (inside_ready & kOut) != 0) &&
        out.pump(
            inside.get(), outside.get(), (inside_ready & kIn) != 0, (outside_ready & kOut) != 0);
    return alive && !(in.done && out.done);
  }
};

// A socket that is waited for nothing must not wake poll with its hang-up.
pollfd poll_entry(int fd, short events) {
  return {events == 0 ? -1 : fd, events, 0};
}

// Closes with a reset, as a kernel does for a port that nobody listens on.
void reset_connection(UniqueFd& fd) {
  linger now{1, 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  fd.reset();
}

// Takes one waiting connection and leads it to `port` of the namespace that this thread is in.
void accept_one(int listener, uint16_t port, std::list<Connection>& connections) {
  UniqueFd outside(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!outside.is_open()) return;
  UniqueFd inside = make_socket();
  sockaddr_in address = loopback(port);
  // On loopback a connection is made or refused at once.
  bool connected =
      inside.is_open() &&
      (::connect(inside.get(), generic(address), sizeof address) == 0 || errno == EINPROGRESS);
  if (!connected || connections.size() >= kMaxForwardedConnections)
    return reset_connection(outside);
  connections.emplace_back();
  connections.back().outside = std::move(outside);
  connections.back().inside = std::move(inside);
}

}  // namespace

Status PortForwarder::listen(uint16_t inside) {
  UniqueFd fd = make_socket();
  sockaddr_in address = loopback(0);
  if (!fd.is_open() || ::bind(fd.get(), generic(address), sizeof address) != 0 ||
      ::listen(fd.get(), 128) != 0) {
    return errno_error("cannot listen on 127.0.0.1", errno);
  }
  socklen_t size = sizeof address;
  void* raw = &address;
  ::getsockname(fd.get(), static_cast<sockaddr*>(raw), &size);
  ports_[inside] = ntohs(address.sin_port);
  listeners_.push_back({std::move(fd), inside});
  return {};
}

Result<std::unique_ptr<PortForwarder>> PortForwarder::start(
    UniqueFd net_namespace, const std::vector<uint16_t>& inside_ports) {
  std::unique_ptr<PortForwarder> forwarder(new PortForwarder());
  for (uint16_t port : inside_ports) TRY(forwarder->listen(port));
  forwarder->thread_ = std::thread(&PortForwarder::run, forwarder.get(), net_namespace.get());
  forwarder->entered_.wait(-1);
  if (int error = forwarder->entered_.load(); error != 0)
    return errno_error("cannot enter the container's network", error);
  return forwarder;
}

PortForwarder::~PortForwarder() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

void PortForwarder::run(int net_namespace) {
  // Only this thread changes its namespace; the listening sockets stay where they were made.
  int error = ::setns(net_namespace, CLONE_NEWNET) == 0 ? 0 : errno;
  entered_.store(error);
  entered_.notify_one();
  if (error != 0) return;
  std::list<Connection> connections;
  std::vector<pollfd> fds;
  while (!stop_) {
    fds.clear();
    for (const Listener& listener : listeners_) fds.push_back({listener.fd.get(), POLLIN, 0});
    for (const Connection& connection : connections) {
      fds.push_back(poll_entry(connection.outside.get(), connection.outside_events()));
      fds.push_back(poll_entry(connection.inside.get(), connection.inside_events()));
    }
    if (::poll(fds.data(), fds.size(), kPollMs) <= 0) continue;
    size_t at = listeners_.size();
    for (auto it = connections.begin(); it != connections.end(); at += 2) {
      bool alive = it->pump(fds[at].revents, fds[at + 1].revents);
      it = alive ? std::next(it) : connections.erase(it);
    }
    for (size_t i = 0; i < listeners_.size(); ++i) {
      if (fds[i].revents != 0)
        accept_one(listeners_[i].fd.get(), listeners_[i].inside, connections);
    }
  }
}

}  // namespace whittle
