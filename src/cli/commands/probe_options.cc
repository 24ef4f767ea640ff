#include "cli/commands/probe_options.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "container/engines/engines.h"

namespace whittle {

namespace {

using Row = OptionRow<ProbeSpec>;

Error usage_error(std::string text, std::string hint) {
  return Error(ErrorKind::Usage, std::move(text)).hint(std::move(hint));
}

template <uint64_t ProbeSpec::*member>
Status set_probe_time(ProbeSpec& probe, const std::string& value) {
  return parse_duration(value, probe.*member);
}

Status add_probe_env(ProbeSpec& probe, const std::string& value) {
  TRY_ASSIGN(auto pair, parse_pair(value));
  probe.env.push_back(std::move(pair));
  return {};
}

Status add_http_probe(ProbeSpec& probe, const std::string& value) {
  TRY_ASSIGN(HttpProbe request, parse_http_probe(value));
  probe.http.push_back(std::move(request));
  return {};
}

Status add_shell_probe(ProbeSpec& probe, const std::string& value) {
  if (trim(value).empty()) {
    return usage_error("the command is empty", "Write for example --probe ./probe.sh");
  }
  probe.shell.push_back(value);
  return {};
}

Status set_probe_port(ProbeSpec& probe, const std::string& value) {
  std::optional<uint64_t> port = parse_u64(value);
  if (!port || *port == 0 || *port > 65535) {
    return usage_error(fmt::format("`{}` is not a port", printable(value)),
                       "Ports are numbers from 1 to 65535");
  }
  probe.port = static_cast<uint16_t>(*port);
  return {};
}

Status set_memory(ProbeSpec& probe, const std::string& value) {
  std::optional<uint64_t> bytes = parse_size(value);
  if (!bytes || *bytes == 0) {
    return usage_error(fmt::format("`{}` is not a size", printable(value)),
                       "Write for example 512MiB or 2g");
  }
  probe.memory_bytes = *bytes;
  return {};
}

}  // namespace

Status parse_duration(const std::string& value, uint64_t& target_ms) {
  std::optional<uint64_t> parsed = parse_duration_ms(value);
  if (!parsed || *parsed == 0) {
    return usage_error(fmt::format("`{}` is not a time above 0", printable(value)),
                       "Write for example 90s, 1m30s or 2h");
  }
  target_ms = *parsed;
  return {};
}

Result<std::pair<std::string, std::string>> parse_pair(const std::string& value) {
  size_t equals = value.find('=');
  if (equals == 0 || equals == std::string::npos) {
    return usage_error(fmt::format("`{}` is not of the form NAME=VALUE", printable(value)),
                       "Write NAME=VALUE; the value may be empty");
  }
  return std::pair(value.substr(0, equals), value.substr(equals + 1));
}

std::vector<std::string> engine_choices() {
  std::vector<std::string> names = {"auto"};
  for (const EngineInfo& info : engine_table()) names.emplace_back(info.name);
  return names;
}

const std::vector<OptionRowGroup<ProbeSpec>>& probe_rows() {
  static const std::vector<OptionRowGroup<ProbeSpec>> groups = {
      {"Does it still work",
       {
           Row{{"probe",
                0,
                "COMMAND",
                "Shell command that exits 0 when the running container works; gets IMAGE, HOST and "
                "PORT",
                true},
               add_shell_probe},
           Row{{"http-probe",
                0,
                "REQUEST",
                "'[METHOD ]/path[=>status]', for example '/health=>200'",
                true},
               add_http_probe},
           Row{{"probe-port",
                0,
                "PORT",
                "The container's port; the lowest exposed one if not given"},
               set_probe_port},
           Row{{"probe-env", 0, "NAME=VALUE", "Environment of the container", true}, add_probe_env},
           Row{{"probe-timeout", 0, "TIME", "Longest time of one probe; 5m if not given"},
               set_probe_time<&ProbeSpec::probe_timeout_ms>},
           Row{{"start-timeout",
                0,
                "TIME",
                "Longest time until the port answers; 60s if not given"},
               set_probe_time<&ProbeSpec::start_timeout_ms>},
           Row{{"memory", 0, "SIZE", "Memory limit of the container, for example 512MiB"},
               set_memory},
       }}};
  return groups;
}

}  // namespace whittle
