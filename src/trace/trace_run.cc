#include "trace/trace_run.h"

#include <chrono>

#include "base/strings.h"
#include "container/log_tail.h"
#include "container/services.h"
#include "container/tcp.h"

namespace whittle {

namespace {

constexpr uint64_t kExecMs = 300'000;
constexpr uint64_t kPollMs = 50;
constexpr int kNotExecutable = 126;
constexpr int kNotFound = 127;
using Clock = std::chrono::steady_clock;
using Words = std::vector<std::string>;

// What is done in a container after its probe.
class Ending {
 public:
  Ending(const RunConfig& config,
         const TraceRunOptions& options,
         const CancelToken& cancel,
         std::vector<ExecResult>& results)
      : config_(config), options_(options), cancel_(cancel), results_(results) {}

  void run(Container& container) {
    if (cancel_.check().ok() && is_running(container)) {
      if (options_.runs_health_check) check_health(container);
      for (const std::string& text : options_.exec) add(text, run_text(container, text));
    }
    wait(container);
  }

 private:
  static bool is_running(Container& container) {
    Result<ContainerState> state = container.state();
    return state.ok() && state->running;
  }

  static Result<CommandResult> run_text(Container& container, const std::string& text) {
    Result<CommandResult> result = container.exec({"/bin/sh", "-c", text}, "", kExecMs);
    bool no_shell = result.ok() && contains(result->err, "/bin/sh") &&
                    (result->exit_code == kNotFound || result->exit_code == kNotExecutable);
    if (!no_shell) return result;
    Words words;
    for (std::string_view word : split_blanks(text)) words.emplace_back(word);
    return container.exec(words, "", kExecMs);
  }

  void check_health(Container& container) {
    if (!config_.health_check || config_.health_check->test.size() < 2) return;
    const Words& test = config_.health_check->test;
    if (test[0] == "CMD-SHELL") {
      Words words = config_.shell.empty() ? Words{"/bin/sh", "-c"} : config_.shell;
      words.push_back(test[1]);
      add(std::string(kHealthCheckName), container.exec(words, "", kExecMs));
    } else if (test[0] == "CMD") {
      add(std::string(kHealthCheckName),
          container.exec({test.begin() + 1, test.end()}, "", kExecMs));
    }
  }

  void add(const std::string& command, Result<CommandResult> result) {
    ExecResult out{command, -1, ""};
    if (result.ok()) {
      out.exit_code = result->exit_code;
      out.output = last_lines(result->out + result->err, kLogTailLines);
    } else {
      out.output = result.error().message();
    }
    results_.push_back(std::move(out));
  }

  void wait(Container& container) const {
    auto until = start_ + std::chrono::milliseconds(options_.duration_ms);
    while (Clock::now() < until && is_running(container)) {
      if (!sleep_ms(kPollMs, cancel_).ok()) return;
    }
  }

  const RunConfig& config_;
  const TraceRunOptions& options_;
  const CancelToken& cancel_;
  std::vector<ExecResult>& results_;
  Clock::time_point start_ = Clock::now();
};

}  // namespace

Result<TraceRun> trace_run(Engine& engine,
                           const std::string& image,
                           const RunConfig& config_of_image,
                           const TraceRunOptions& options,
                           const Limits& limits,
                           const CancelToken& cancel,
                           Progress& progress) {
  TraceRun out;
  const ServicePlan* services = options.services;
  RunConfig config =
      services == nullptr ? config_of_image : config_as_service(config_of_image, services->target);
  DiskGuard guard(engine.storage(cancel), options.probe.max_written_bytes, cancel);
  Ending ending(config, options, guard.token(), out.execs);
  TracingOptions tracing = options.tracing;
  tracing.before_end = [&](Container& container) {
    if (options.tracing.before_end) options.tracing.before_end(container);
    ending.run(container);
  };
  TracingEngine traced(engine, config, limits, std::move(tracing));
  Result<ProbeResult> probe = run_probe_beside(services,
                                               engine,
                                               traced,
                                               image,
                                               config_of_image,
                                               options.probe,
                                               options.reference,
                                               guard.token(),
                                               progress);
  TRY(guard.check());
  TRY_ASSIGN(out.probe, std::move(probe));
  TRY(cancel.check());
  out.trace = traced.take_trace();
  return out;
}

}  // namespace whittle
