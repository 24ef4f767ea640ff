// EXPOSE of the port of SSH.
#include "base/strings.h"
#include "lint/exposed_ports.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kExposeSsh;

namespace {

bool holds_ssh(const std::string& ports) {
  size_t dash = ports.find('-');
  std::optional<uint64_t> first = parse_u64(ports.substr(0, dash));
  std::optional<uint64_t> last =
      dash == std::string::npos ? first : parse_u64(ports.substr(dash + 1));
  constexpr uint64_t kSsh = 22;
  return first && last && *first <= kSsh && kSsh <= *last;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const ExposedPort& port : exposed_ports(input)) {
    bool is_tcp = port.protocol.empty() || equals_ignoring_case(port.protocol, "tcp");
    if (!is_tcp || !holds_ssh(port.container)) continue;
    findings.push_back(make_finding(kExposeSsh,
                                    port.word->range,
                                    "Port 22 is that of SSH, which a container has no need of",
                                    "Drop it, and use `docker exec`"));
  }
}

}  // namespace

const Rule kExposeSsh = {
    {.name = "expose-ssh",
     .code = "WH3301",
     .aliases = "CKV_DOCKER_1 DS-0004",
     .severity = Severity::Warning,
     .summary = "EXPOSE of port 22",
     .why = "An SSH server in a container is one more program to keep up to date, with keys to "
            "hand out; `docker exec` and its like get into a container without one.",
     .bad = "FROM debian:bookworm\nEXPOSE 22\n",
     .good = "FROM debian:bookworm\nEXPOSE 8022\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
