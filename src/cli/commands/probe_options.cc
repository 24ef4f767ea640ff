#include "cli/commands/probe_options.h"

#include <fmt/format.h>

#include "base/fs.h"
#include "base/strings.h"
#include "config/yaml.h"
#include "config/yaml_json.h"
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

template <uint64_t ProbeSpec::*member>
Status set_size(ProbeSpec& probe, const std::string& value) {
  return parse_bytes(value, probe.*member);
}

// A path of the service, or a file; a file that is there wins.
Status add_document(ProbeSpec& probe, const std::string& value) {
  ApiDocument document{value, std::nullopt};
  Result<std::string> text = read_file(value, kMaxYamlBytes);
  if (text.ok()) {
    document.text = std::move(*text);
  } else if (!value.starts_with("/")) {
    return std::move(text).error();
  }
  probe.documents.push_back(std::move(document));
  probe.yaml_to_json = yaml_to_json;
  return {};
}

Status set_crawl_limit(ProbeSpec& probe, const std::string& value) {
  constexpr uint64_t kMost = 10'000;
  std::optional<uint64_t> number = parse_u64(value);
  if (!number || *number == 0 || *number > kMost)
    return usage_error(fmt::format("`{}` is not a number from 1 to {}", printable(value), kMost),
                       "Write for example --crawl-limit 500");
  probe.crawl.max_requests = *number;
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

Status parse_bytes(const std::string& value, uint64_t& target) {
  std::optional<uint64_t> bytes = parse_size(value);
  if (!bytes || *bytes == 0) {
    return usage_error(fmt::format("`{}` is not a size", printable(value)),
                       "Write for example 512MiB or 2g");
  }
  target = *bytes;
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
               set_size<&ProbeSpec::memory_bytes>},
           Row{{"max-written",
                0,
                "SIZE",
                "End a run when the engine's disk lost so much meanwhile; 8GiB if not given"},
               set_size<&ProbeSpec::max_written_bytes>},
       }}};
  return groups;
}

const std::vector<OptionRowGroup<ProbeSpec>>& find_rows() {
  static const std::vector<OptionRowGroup<ProbeSpec>> groups = {
      {"Finding requests",
       {
           Row{{"crawl",
                0,
                "",
                "Follow the links, forms and styles of pages, from those of --http-probe or from / "
                "on, within the service and never to what logs out or deletes"},
               [](ProbeSpec& probe, const std::string& /*value*/) -> Status {
                 probe.crawl.is_on = true;
                 return {};
               }},
           Row{{"crawl-limit", 0, "NUMBER", "Pages that are asked for at most; 200 if not given"},
               set_crawl_limit},
           Row{{"crawl-time", 0, "TIME", "Longest time of the crawl; 1m if not given"},
               [](ProbeSpec& probe, const std::string& value) {
                 return parse_duration(value, probe.crawl.max_ms);
               }},
           Row{{"openapi",
                0,
                "FILE",
                "Make the requests of an OpenAPI or Swagger document: a file, or a path of the "
                "service",
                true,
                {},
                Completes::Files},
               add_document},
           Row{{"probe-writes",
                0,
                "",
                "Also post forms, and make the requests of documents that are no GET"},
               [](ProbeSpec& probe, const std::string& /*value*/) -> Status {
                 probe.crawl.may_write = true;
                 return {};
               }},
       }}};
  return groups;
}

}  // namespace whittle
