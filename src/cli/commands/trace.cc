// `whittle trace IMAGE [-- COMMAND...]`: what a run of an image uses.
#include "engine/trace.h"

#include <fmt/format.h>

#include "apply/apply.h"
#include "base/strings.h"
#include "cli/commands/commands.h"
#include "cli/commands/probe_options.h"
#include "cli/commands/sensor_options.h"
#include "cli/commands/service_options.h"
#include "cli/commands/shared_rows.h"
#include "report/trace_text.h"
#include "trace/trace_json.h"

namespace whittle {

namespace {

struct Settings {
  TraceImageOptions options;
  std::string format = "text";
  std::string file;
  std::string harden_folder;
};

using Row = OptionRow<Settings>;

Status add_env(Settings& settings, const std::string& value) {
  TRY_ASSIGN(auto pair, parse_pair(value));
  settings.options.run.probe.env.push_back(std::move(pair));
  return {};
}

Status set_port(Settings& settings, const std::string& value) {
  std::optional<uint64_t> port = parse_u64(value);
  if (!port || *port == 0 || *port > 65535) {
    return Error(ErrorKind::Usage, fmt::format("`{}` is not a port", printable(value)))
        .hint("Ports are numbers from 1 to 65535");
  }
  settings.options.run.probe.port = static_cast<uint16_t>(*port);
  return {};
}

OptionRowGroup<Settings> run_rows() {
  return {"Run",
          {
              Row{{"engine", 0, "NAME", "What runs the image", false, engine_choices()},
                  [](Settings& settings, const std::string& value) -> Status {
                    settings.options.engine = value;
                    return {};
                  }},
              Row{{"env", 'e', "NAME=VALUE", "A variable of the container", true}, add_env},
              Row{{"max-written",
                   0,
                   "SIZE",
                   "End the run when the engine's disk lost so much meanwhile; 8GiB if not given"},
                  [](Settings& settings, const std::string& value) {
                    return parse_bytes(value, settings.options.run.probe.max_written_bytes);
                  }},
          }};
}

OptionRowGroup<Settings> request_rows() {
  return {"Probes",
          {
              Row{{"http-probe", 0, "[METHOD ]PATH[=>STATUS]", "Make this request", true},
                  [](Settings& settings, const std::string& value) -> Status {
                    TRY_ASSIGN(HttpProbe probe, parse_http_probe(value));
                    settings.options.run.probe.http.push_back(std::move(probe));
                    return {};
                  }},
              Row{{"probe", 0, "COMMAND", "Run this on the host, with $HOST and $PORT", true},
                  [](Settings& settings, const std::string& value) -> Status {
                    if (trim(value).empty()) return Error(ErrorKind::Usage, "the command is empty");
                    settings.options.run.probe.shell.push_back(value);
                    return {};
                  }},
              Row{{"probe-port", 0, "PORT", "The port that probes talk to"}, set_port},
              Row{{"start-timeout", 0, "TIME", "Until the ports answer; 60s by default"},
                  [](Settings& settings, const std::string& value) {
                    return parse_duration(value, settings.options.run.probe.start_timeout_ms);
                  }},
          }};
}

OptionRowGroup<Settings> result_rows() {
  return {
      "Result",
      {
          Row{{"merge",
               0,
               "FILE",
               "Merge this earlier trace into the result",
               true,
               {},
               Completes::Files},
              [](Settings& settings, const std::string& value) -> Status {
                settings.options.merge.push_back(value);
                return {};
              }},
          format_row<Settings>("Form of the result", {"text", "json"}),
          output_file_row<Settings>(),
          Row{{"harden",
               0,
               "DIR",
               "Write limits that the trace keeps to DIR, and run the probes once more under them",
               false,
               {},
               Completes::Folders},
              [](Settings& settings, const std::string& value) -> Status {
                if (value.empty()) return Error(ErrorKind::Usage, "the folder's name is empty");
                settings.harden_folder = value;
                settings.options.hardens = true;
                return {};
              }},
      }};
}

const std::vector<OptionRowGroup<Settings>>& rows() {
  static const std::vector<OptionRowGroup<Settings>> table = {
      run_rows(), request_rows(), result_rows()};
  return table;
}

std::vector<OptionGroup> option_groups() {
  std::vector<OptionGroup> groups = infos_of(rows());
  groups.insert(groups.begin() + 1, infos_of(trace_run_rows())[0]);
  groups.insert(groups.begin() + 2, infos_of(service_rows())[0]);
  groups.insert(groups.end() - 1, infos_of(find_rows())[0]);
  return groups;
}

Result<Outcome> run(const Invocation& invocation) {
  Settings settings;
  TRY(set_options(rows(), invocation.arguments, settings));
  TRY(set_options(find_rows(), invocation.arguments, settings.options.run.probe));
  TRY(set_options(trace_run_rows(), invocation.arguments, settings.options.run));
  ServiceSettings services;
  TRY(set_options(service_rows(), invocation.arguments, services));
  const std::vector<std::string>& words = invocation.arguments.positionals;
  settings.options.image = words[0];
  std::vector<std::string> command(words.begin() + 1, words.end());
  TRY_ASSIGN(settings.options.services,
             services_for_image(services, words[0], settings.options.run.probe));
  if (settings.options.services && !command.empty())
    settings.options.services->target.command = command;
  settings.options.run.tracing.command = std::move(command);
  TRY_ASSIGN(TraceImageResult result,
             trace_image(settings.options, invocation.cancel, invocation.progress));
  const TraceReport& report = result.report;
  std::vector<OutputFile> files;
  for (const HardeningFile& file : result.hardening) files.push_back({file.name, file.bytes});
  if (!files.empty()) TRY(write_outputs(settings.harden_folder, files));
  RenderOptions render;
  render.color = invocation.stdout_color && (settings.file.empty() || settings.file == "-");
  render.width = invocation.stdout_width;
  render.verbose = invocation.common.verbose;
  Outcome outcome;
  outcome.text =
      settings.format == "json" ? trace_to_json(report.trace) : trace_text(report, render);
  outcome.file = settings.file;
  for (const auto* checks : {&report.checks, &report.hardened}) {
    for (const TraceCheck& check : *checks) {
      if (check.passed) continue;
      outcome.exit_code = 1;
      if (settings.format == "json")
        outcome.remarks +=
            fmt::format("{}: {}\n", printable(check.name), printable(check.observed));
    }
  }
  return outcome;
}

constexpr std::string_view kDescription = R"(
Runs an image and records what the run uses: every path that a process opens, executes, looks up, lists, links or
changes, with success or failure and the program; written paths, listening ports, processes, and system calls.

A small program, the sensor, is started in place of the image's command and becomes that command: process number,
signals, exit code and standard streams are the image's own. It needs nothing of the image, which may be empty but for
the program. Nothing is dropped: a call goes on only after it is recorded.

The image must be known to the engine. Without --probe and --http-probe its exposed ports are asked for /. The container
is ended by its stop signal, so that what it does then is recorded too. The health check of the image is run once.

--harden DIR writes limits that keep to what the trace shows: profiles of seccomp and AppArmor, capabilities, a read-only root with the
folders that are written to, as options of `docker run`, for compose and for Kubernetes, and what keeps the image from
running as another user. The probes are run once more under them; exit code 1 when they fail there.

Several runs can be merged: --format json writes a file to keep with the source, --merge reads it. docs/tracing.md says
how tracing works, what it costs, and what it cannot see.
)";

}  // namespace

const CommandInfo kTraceCommand = {
    .name = "trace",
    .summary = "record which files, ports and system calls a run of an image uses",
    .description = kDescription,
    .positionals =
        {{"IMAGE", "a name that the engine knows", true, {}, Completes::Nothing},
         {"COMMAND", "in place of the image's CMD", false, {}, Completes::Nothing, true}},
    .options = [] { return option_groups(); },
    .examples =
        {
            {"whittle trace shop:1.4", "Start it, ask its ports, stop it, and say what was used"},
            {"whittle trace shop:1.4 --http-probe /health --http-probe 'POST /login=>401' -o "
             "trace.txt",
             "With requests that exercise what matters"},
            {"whittle trace shop:1.4 --crawl --openapi /openapi.json",
             "With all that its pages lead to, and what its own description offers"},
            {"whittle trace shop:1.4 --compose compose.yaml --http-probe /health",
             "As the service of that file, beside those that it depends on"},
            {"whittle trace redis:7 --exec 'redis-cli ping' --format json -o whittle-trace.json",
             "A file to keep with the source"},
            {"whittle trace shop:1.4 --probe ./probe.sh --harden limits",
             "Limits for production, proven by the same probe"},
            {"whittle trace shop:1.4 --merge whittle-trace.json --format json -o all.json -- "
             "migrate",
             "Another command of the same image, merged with an earlier trace"},
        },
    .exit_codes =
        "0  done\n1  a probe or a command failed; the trace was made all the same\n2  it could not "
        "be done; stderr says why\n",
    .run = run,
};

}  // namespace whittle
