#include "engine/trace.h"

#include <fmt/format.h>

#include "base/fs.h"
#include "base/strings.h"
#include "container/engines/engines.h"
#include "container/services.h"
#include "engine/run_id.h"
#include "engine/services.h"
#include "trace/trace_json.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxTraceFileBytes = 512ULL << 20;

// Everything of the run goes with the object.
class Runner {
 public:
  Runner(const TraceImageOptions& options, const CancelToken& cancel, Progress& progress)
      : options_(options), cancel_(cancel), progress_(progress), services_(options.services) {
    open_.limits = options.limits;
    open_.cancel = &cancel;
    open_.progress = &progress;
  }

  ~Runner() {
    if (engine_ == nullptr) return;
    Status ignored = engine_->remove_all_of_run();
    (void)ignored;
  }

  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  Result<TraceImageResult> run() {
    TRY_ASSIGN(Trace known, read_traces(options_.merge, options_.limits));
    TRY(open());
    TRY_ASSIGN(RunConfig config, config_in_engine(*engine_, options_.image, open_));
    TraceRunOptions with = options_.run;
    with.services = services_ ? &*services_ : nullptr;
    progress_.phase("Running the image");
    TRY_ASSIGN(
        TraceRun run,
        trace_run(*engine_, options_.image, config, with, options_.limits, cancel_, progress_));
    report_.image = options_.image;
    report_.engine = engine_->description();
    report_.checks = checks_of(run.probe);
    for (const ExecResult& exec : run.execs) {
      bool passed = exec.exit_code == 0;
      report_.checks.push_back({"exec: " + exec.command,
                                passed,
                                fmt::format("exit code {}", exec.exit_code),
                                passed ? "" : exec.output});
    }
    report_.trace = merge(std::move(run.trace), std::move(known));
    TraceImageResult result;
    if (options_.hardens) {
      TRY_ASSIGN(result.hardening, harden_and_prove(config, run.probe));
    }
    result.report = std::move(report_);
    return result;
  }

 private:
  static std::vector<TraceCheck> checks_of(const ProbeResult& probe) {
    std::vector<TraceCheck> out;
    for (const ProbeCheck& check : probe.checks)
      out.push_back({check.name, check.passed, check.observed, check.detail});
    return out;
  }

  // Makes the limits and runs the probes under them, with the traced run to compare with.
  Result<std::vector<HardeningFile>> harden_and_prove(const RunConfig& config,
                                                      const ProbeResult& reference) {
    const ServicePlan* services = services_ ? &*services_ : nullptr;
    Hardening hardening = harden(
        report_.trace, services == nullptr ? config : config_as_service(config, services->target));
    report_.hardening = hardening.run_options;
    progress_.phase("Running the image under the limits");
    fs::path profile = folder_->path() / "seccomp.json";
    TRY(write_file_atomic(profile, hardening.seccomp));
    TracingOptions limited = options_.run.tracing;
    limited.is_traced = false;
    limited.extra_args.push_back("--security-opt=seccomp=" + profile.string());
    limited.extra_args.insert(
        limited.extra_args.end(), hardening.run_options.begin(), hardening.run_options.end());
    TracingEngine engine(*engine_, config, options_.limits, std::move(limited));
    DiskGuard guard(engine_->storage(cancel_), options_.run.probe.max_written_bytes, cancel_);
    Result<ProbeResult> probe = run_probe_beside(services,
                                                 *engine_,
                                                 engine,
                                                 options_.image,
                                                 config,
                                                 options_.run.probe,
                                                 &reference,
                                                 guard.token(),
                                                 progress_);
    TRY(guard.check());
    if (!probe.ok()) return std::move(probe).error();
    report_.hardened = checks_of(*probe);
    return hardening_files(hardening, options_.image);
  }

  Status open() {
    progress_.phase("Connecting to the container engine");
    TRY_ASSIGN(folder_, TempDir::make("trace"));
    EngineOptions engine;
    engine.run_id = random_id();
    engine.limits = options_.limits;
    engine.work_dir = folder_->path() / "engine";
    TRY(make_dirs(engine.work_dir));
    TRY_ASSIGN(engine_, open_engine(options_.engine, engine, cancel_));
    TRY_ASSIGN(bool there, engine_->has_image(options_.image, cancel_));
    if (!there) {
      return Error(ErrorKind::NotFound,
                   fmt::format("{} has no image `{}`", engine_->name(), printable(options_.image)))
          .hint("Pull or build it first; only what the engine has can be run");
    }
    if (services_) TRY(prepare_services(*services_, *engine_, open_, report_.notes));
    return {};
  }

  const TraceImageOptions& options_;
  const CancelToken& cancel_;
  Progress& progress_;
  OpenOptions open_;
  std::optional<ServicePlan> services_;
  TraceReport report_;
  std::optional<TempDir> folder_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace

Result<Trace> read_traces(const std::vector<std::string>& files, const Limits& limits) {
  Trace all;
  for (const std::string& file : files) {
    TRY_ASSIGN(std::string text, read_file(file, kMaxTraceFileBytes));
    Result<Trace> trace = parse_trace_json(text, limits);
    if (!trace.ok()) return std::move(trace).error().with(printable(file));
    all = merge(std::move(all), std::move(*trace));
  }
  return all;
}

Result<TraceImageResult> trace_image(const TraceImageOptions& options,
                                     const CancelToken& cancel,
                                     Progress& progress) {
  return Runner(options, cancel, progress).run();
}

}  // namespace whittle
