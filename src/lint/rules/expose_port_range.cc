// Ports that do not exist.
#include "base/strings.h"
#include "lint/exposed_ports.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kExposePortRange;

namespace {

constexpr uint64_t kLastPort = 65535;

bool is_too_large(std::string_view text) {
  bool is_number = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  return is_number && parse_u64(text).value_or(kLastPort + 1) > kLastPort;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const ExposedPort& port : exposed_ports(input)) {
    std::string_view range = port.container;
    size_t dash = range.find('-');
    bool is_bad = is_too_large(range.substr(0, dash)) ||
                  (dash != range.npos && is_too_large(range.substr(dash + 1)));
    if (!is_bad) continue;
    findings.push_back(make_finding(kExposePortRange,
                                    port.word->range,
                                    in_ticks(port.text) + " is no port, the last one is 65535",
                                    "Correct the number"));
  }
}

}  // namespace

const Rule kExposePortRange = {
    {.name = "expose-port-range",
     .code = "WH2120",
     .aliases = "DL3011 DS-0008 invalid_port INVALID_PORT",
     .severity = Severity::Error,
     .summary = "EXPOSE of a port above 65535",
     .why = "Ports go from 0 to 65535; the builder refuses others, also at the end of a range.",
     .bad = "FROM debian:bookworm\nEXPOSE 80800\n",
     .good = "FROM debian:bookworm\nEXPOSE 8080\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
