#include "container/tcp.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

#include "base/fd.h"

namespace whittle {

namespace {

constexpr uint64_t kSliceMs = 50;  // how soon a cancellation is seen
constexpr uint64_t kConnectMs = 1'000;

// Waits for events on fd, looking at the token. The events that came, 0 after `ms`.
Result<short> wait_for(int fd, short events, uint64_t ms, const CancelToken& cancel) {
  auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
  do {
    TRY(cancel.check());
    pollfd entry{fd, events, 0};
    int ready = ::poll(&entry, 1, static_cast<int>(std::min(ms, kSliceMs)));
    if (ready < 0 && errno != EINTR) return errno_error("cannot wait for a connection", errno);
    if (ready > 0) return entry.revents;
  } while (std::chrono::steady_clock::now() < end);
  return short{0};
}

}  // namespace

Result<PortState> look_at_port(uint16_t port, uint64_t hold_ms, const CancelToken& cancel) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.is_open()) return errno_error("cannot make a socket", errno);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const void* raw = &address;
  if (::connect(fd.get(), static_cast<const sockaddr*>(raw), sizeof address) != 0) {
    if (errno != EINPROGRESS) return PortState::Refused;
    TRY_ASSIGN(short writable, wait_for(fd.get(), POLLOUT, kConnectMs, cancel));
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (writable == 0 || error != 0) return PortState::Refused;
  }
  TRY_ASSIGN(short readable, wait_for(fd.get(), POLLIN, hold_ms, cancel));
  if (readable == 0) return PortState::Answers;
  char byte = 0;
  return ::recv(fd.get(), &byte, 1, 0) > 0 ? PortState::Answers : PortState::Dropped;
}

Status sleep_ms(uint64_t ms, const CancelToken& cancel) {
  for (uint64_t slept = 0; slept < ms; slept += kSliceMs) {
    TRY(cancel.check());
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min(kSliceMs, ms - slept)));
  }
  return cancel.check();
}

}  // namespace whittle
