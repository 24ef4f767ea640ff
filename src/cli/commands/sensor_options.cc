#include "cli/commands/sensor_options.h"

#include "base/strings.h"
#include "cli/commands/probe_options.h"

namespace whittle {

namespace {

using Row = OptionRow<TraceRunOptions>;

Status add_exec(TraceRunOptions& run, const std::string& value) {
  if (trim(value).empty()) {
    return Error(ErrorKind::Usage, "the command is empty")
        .hint("Write for example --exec 'redis-cli ping'");
  }
  run.exec.push_back(value);
  return {};
}

}  // namespace

const std::vector<OptionRowGroup<TraceRunOptions>>& trace_run_rows() {
  static const std::vector<OptionRowGroup<TraceRunOptions>> groups = {
      {"In the container",
       {
           Row{{"exec", 0, "COMMAND", "Run this inside the container once the probe is done", true},
               add_exec},
           Row{{"duration", 0, "TIME", "Let the container run at least this long"},
               [](TraceRunOptions& run, const std::string& value) {
                 return parse_duration(value, run.duration_ms);
               }},
           Row{{"stop-timeout", 0, "TIME", "From the stop signal to the kill; 10s by default"},
               [](TraceRunOptions& run, const std::string& value) {
                 return parse_duration(value, run.tracing.grace_ms);
               }},
           Row{{"run-option", 0, "ARGUMENT", "Given to the engine's run as it is", true},
               [](TraceRunOptions& run, const std::string& value) -> Status {
                 run.tracing.extra_args.push_back(value);
                 return {};
               }},
           Row{{"default-capabilities",
                0,
                "",
                "Ask for no capability that the image would not have"},
               [](TraceRunOptions& run, const std::string& /*value*/) -> Status {
                 run.tracing.may_add_capabilities = false;
                 return {};
               }},
       }}};
  return groups;
}

}  // namespace whittle
