// The texts of probes: --http-probe, and the ports of an image's configuration.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/strings.h"
#include "container/probe.h"

namespace whittle {

namespace {

bool is_method(std::string_view text) {
  return !text.empty() && text.size() <= 16 &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alpha(c); });
}

// What may stand in a request line.
bool is_request_path(std::string_view text) {
  return text.starts_with("/") &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

std::optional<uint16_t> parse_port(std::string_view text) {
  std::optional<uint64_t> value = parse_u64(text);
  if (!value || *value == 0 || *value > 65535) return std::nullopt;
  return static_cast<uint16_t>(*value);
}

}  // namespace

std::string HttpProbe::name() const {
  constexpr size_t kShownBytes = 60;
  std::string name = method + " " + path;
  return body.empty() ? name : name + " (" + printable(body.substr(0, kShownBytes)) + ")";
}

Result<HttpProbe> parse_http_probe(std::string_view text) {
  auto usage = [&](std::string_view why) {
    return Error(ErrorKind::Usage, fmt::format("HTTP probe `{}`: {}", printable(text), why))
        .hint("Write [METHOD ]/path[=>status], for example 'GET /health=>200'");
  };
  HttpProbe probe;
  std::string_view rest = trim(text);
  if (size_t arrow = rest.rfind("=>"); arrow != std::string_view::npos) {
    std::optional<uint64_t> status = parse_u64(trim(rest.substr(arrow + 2)));
    if (!status || *status < 100 || *status > 599)
      return usage("the status is not a number from 100 to 599");
    probe.status = static_cast<int>(*status);
    rest = trim(rest.substr(0, arrow));
  }
  if (size_t blank = rest.find_first_of(" \t"); blank != std::string_view::npos) {
    if (!is_method(rest.substr(0, blank))) return usage("the method is not a word");
    probe.method = to_upper(rest.substr(0, blank));
    rest = trim(rest.substr(blank));
  }
  if (!is_request_path(rest))
    return usage("the path does not begin with `/` or holds blanks or non-ASCII bytes");
  probe.path = rest;
  return probe;
}

std::vector<uint16_t> exposed_tcp_ports(const RunConfig& config) {
  std::set<uint16_t> ports;
  for (std::string_view text : config.exposed_ports) {
    size_t slash = text.find('/');
    if (slash != std::string_view::npos && to_lower(text.substr(slash + 1)) != "tcp") continue;
    std::string_view numbers = text.substr(0, slash);
    size_t dash = numbers.find('-');
    std::optional<uint16_t> first = parse_port(numbers.substr(0, dash));
    std::optional<uint16_t> last =
        dash == std::string_view::npos ? first : parse_port(numbers.substr(dash + 1));
    if (!first || !last) continue;
    for (uint32_t port = *first; port <= *last && ports.size() < kMaxProbePorts; ++port) {
      ports.insert(static_cast<uint16_t>(port));
    }
  }
  return {ports.begin(), ports.end()};
}

}  // namespace whittle
