// Ports of services without protection.
#include <fmt/format.h>

#include <array>

#include "base/strings.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

constexpr auto kPorts =
    std::to_array<std::pair<std::string_view, std::string_view>>({{"21", "FTP"},
                                                                  {"23", "telnet"},
                                                                  {"69", "TFTP"},
                                                                  {"111", "portmapper"},
                                                                  {"445", "SMB"},
                                                                  {"512", "rexec"},
                                                                  {"513", "rlogin"},
                                                                  {"514", "rsh"},
                                                                  {"873", "rsync"},
                                                                  {"2049", "NFS"},
                                                                  {"2375", "Docker without TLS"},
                                                                  {"5005", "Java debugger"},
                                                                  {"5900", "VNC"},
                                                                  {"6000", "X11"},
                                                                  {"9229", "Node debugger"}});

void run(const ImageFacts& facts, CheckSink& sink) {
  for (const std::string& port : facts.config().exposed_ports) {
    std::string_view number = std::string_view(port).substr(0, port.find('/'));
    for (const auto& [known, what] : kPorts) {
      if (number == known)
        sink.of_configuration(
            fmt::format("port {} is {}", printable(port), what), "EXPOSE", std::string(number));
    }
  }
}

}  // namespace

const ImageCheck kRiskyPorts = {
    "risky-ports",
    "ports are exposed whose services protect nothing",
    RiskLevel::Medium,
    "",
    "",
    "They carry passwords in plain text, or let everybody in who reaches them.",
    "Leave the service out, or put TLS in front of it",
    run,
};

}  // namespace whittle
