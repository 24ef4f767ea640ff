// Ports on this machine's loopback that lead into another network namespace.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace whittle {

inline constexpr size_t kMaxForwardedConnections = 1'024;

// Listens on 127.0.0.1, on a free port for each wanted one, and hands every connection on to
// 127.0.0.1 inside the namespace. A connection that nobody takes inside is reset. Ends with the
// object. Needs CAP_SYS_ADMIN.
class PortForwarder {
 public:
  // `net_namespace`: an open /proc/PID/ns/net.
  static Result<std::unique_ptr<PortForwarder>> start(UniqueFd net_namespace,
                                                      const std::vector<uint16_t>& inside_ports);
  ~PortForwarder();
  PortForwarder(const PortForwarder&) = delete;
  PortForwarder& operator=(const PortForwarder&) = delete;

  // Inside port to the port on 127.0.0.1.
  const std::map<uint16_t, uint16_t>& ports() const { return ports_; }

 private:
  struct Listener {
    UniqueFd fd;
    uint16_t inside = 0;
  };

  PortForwarder() = default;
  Status listen(uint16_t inside);
  void run(int net_namespace);

  std::vector<Listener> listeners_;
  std::map<uint16_t, uint16_t> ports_;
  std::atomic<int> entered_{-1};  // errno of entering the namespace; -1: not yet
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace whittle
