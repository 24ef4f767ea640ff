#include "engine/slim_trial.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "base/strings.h"
#include "container/engines/engines.h"
#include "engine/run_id.h"
#include "engine/services.h"
#include "engine/workshop.h"
#include "image/sources/sources.h"
#include "image/write.h"

namespace whittle {

namespace {

// Adds the time until it goes.
class Stopwatch {
 public:
  explicit Stopwatch(double& seconds) : seconds_(seconds), start_(Clock::now()) {}

  ~Stopwatch() { seconds_ += std::chrono::duration<double>(Clock::now() - start_).count(); }

  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  double& seconds_;
  Clock::time_point start_;
};

}  // namespace

SlimTrial::SlimTrial(const SlimOptions& options, const Image& original, TempDir folder)
    : options_(options),
      image_(original),
      services_(options.services),
      folder_(std::move(folder)),
      run_id_(random_id()) {}

SlimTrial::~SlimTrial() {
  if (engine_ == nullptr) return;
  // Nobody is left to tell if the engine is gone by now.
  for (const std::string& name : loaded_) {
    Status ignored = engine_->remove_image(name);
    static_cast<void>(ignored);
  }
  Status ignored = engine_->remove_all_of_run();
  static_cast<void>(ignored);
}

Result<std::unique_ptr<SlimTrial>> SlimTrial::open(const SlimOptions& options,
                                                   const Image& original) {
  options.inspect.open.progress->phase("connecting to the container engine");
  TRY_ASSIGN(TempDir folder, TempDir::make("slim"));
  std::unique_ptr<SlimTrial> trial(new SlimTrial(options, original, std::move(folder)));
  EngineOptions engine;
  engine.run_id = trial->run_id_;
  engine.limits = options.inspect.open.limits;
  engine.work_dir = trial->folder_.path() / "engine";
  TRY(make_dirs(engine.work_dir));
  TRY_ASSIGN(trial->engine_, open_engine(options.engine, engine, *options.inspect.open.cancel));
  return trial;
}

Status SlimTrial::load(const Image& image, const std::string& name) {
  const OpenOptions& open = options_.inspect.open;
  fs::path archive = folder_.path() / "image.tar";
  WriteOptions write;
  write.reference = name;
  write.limits = open.limits;
  write.threads = options_.inspect.threads;
  write.cancel = open.cancel;
  write.progress = open.progress;
  TRY(write_docker_archive(image, archive, write));
  open.progress->phase("loading the image into " + std::string(engine_->name()));
  Status loaded = engine_->load_image(archive, name, *open.cancel);
  ::unlink(archive.c_str());
  return loaded;
}

// An image that the engine has already needs no loading.
Result<bool> SlimTrial::is_same_image(const std::string& name) {
  const OpenOptions& open = options_.inspect.open;
  TRY_ASSIGN(bool is_there, engine_->has_image(name, *open.cancel));
  if (!is_there || engine_->name() != "docker") return false;
  TRY_ASSIGN(std::string target, engine_->image_target(name, *open.cancel));
  Result<std::unique_ptr<Image>> found = Error(ErrorKind::NotFound, name);
  if (target.starts_with("docker:")) found = open_image(target, open);
  bool is_same = found.ok() && !image_.info().config_digest.empty() &&
                 (*found)->info().config_digest == image_.info().config_digest;
  engine_->release_targets();
  return is_same;
}

Status SlimTrial::place_original() {
  for (const std::string& name : image_.info().names) {
    TRY_ASSIGN(bool is_same, is_same_image(name));
    if (!is_same) continue;
    original_name_ = name;
    return {};
  }
  original_name_ = name_of("original");
  loaded_.push_back(original_name_);
  return load(image_, original_name_);
}

Result<TraceRun> SlimTrial::run(const std::string& name,
                                const ProbeResult* reference,
                                bool is_verifying) {
  const OpenOptions& open = options_.inspect.open;
  TraceRunOptions run = options_.run;
  run.services = services_ ? &*services_ : nullptr;
  run.probe = options_.probe;
  run.tracing.is_traced = is_traced_;
  run.reference = reference;
  if (is_verifying) {
    run.probe.shell = options_.verify_probes;
    run.probe.http.clear();
    run.exec.clear();
    run.runs_health_check = false;
  }
  const RunConfig& config = image_.info().config.run;
  return trace_run(*engine_, name, config, run, open.limits, *open.cancel, *open.progress);
}

Result<ProbeReport> SlimTrial::run_original() {
  Stopwatch watch(seconds_);
  if (services_) TRY(prepare_services(*services_, *engine_, options_.inspect.open, notes_));
  TRY(place_original());
  options_.inspect.open.progress->phase("running the original");
  Result<TraceRun> found = run(original_name_, nullptr, false);
  // One that is out of time was waited for before the sensor had anything to do.
  bool may_be_the_sensor = found.ok() ? !found->probe.passed
                                      : found.error().kind() != ErrorKind::Cancelled &&
                                            found.error().kind() != ErrorKind::Limit;
  if (may_be_the_sensor) {
    std::string why = found.ok() ? "the original does not pass the probe under the sensor"
                                 : found.error().message();
    is_traced_ = false;
    found = run(original_name_, nullptr, false);
    if (found.ok() && found->probe.passed) notes_.push_back("nothing was traced: " + why);
  }
  if (!found.ok()) return std::move(found).error();
  if (!found->probe.passed) {
    return Error("the probe fails on the original, so nothing was left out: " +
                 describe_failure(found->probe))
        .hint(
            "Give a probe that the image passes as it is: --probe 'COMMAND' or --http-probe "
            "'/path=>200'; or --static-only to run nothing");
  }
  original_ = std::move(*found);
  for (const std::string& note : original_.trace.notes) notes_.push_back("the trace: " + note);
  size_t run_inside = static_cast<size_t>(
      std::count_if(original_.execs.begin(), original_.execs.end(), [&](const ExecResult& exec) {
        return exec.command != kHealthCheckName;
      }));
  if (run_inside < options_.run.exec.size())
    notes_.emplace_back("--exec: the container had ended before the commands could be run");
  if (options_.verify_probes.empty()) return report_of(original_.probe);
  TRY_ASSIGN(verify_original_, run(original_name_, nullptr, true));
  if (verify_original_.probe.passed) return report_of(original_.probe);
  return Error("--verify-probe fails on the original: " + describe_failure(verify_original_.probe))
      .hint("Give a probe that the image passes as it is");
}

Result<std::vector<RunDifference>> SlimTrial::differences(const std::string& name,
                                                          TraceRun& found) {
  std::vector<RunDifference> seen = run_differences(original_, found);
  auto drop = [&](const std::vector<RunDifference>& others, bool has_to_be_there) {
    std::erase_if(seen, [&](const RunDifference& one) {
      bool is_there = std::any_of(others.begin(), others.end(), [&](const RunDifference& other) {
        return other.what == one.what;
      });
      return is_there != has_to_be_there;
    });
  };
  if (seen.empty()) return seen;
  if (!again_) {
    TRY_ASSIGN(again_, run(original_name_, nullptr, false));
  }
  drop(run_differences(original_, *again_), false);  // what varies in the original says nothing
  drop(run_differences(*again_, found), true);
  if (seen.empty()) return seen;
  TRY_ASSIGN(TraceRun once_more, run(name, &original_.probe, false));
  drop(run_differences(original_, once_more), true);
  found.trace = merge(std::move(found.trace), std::move(once_more.trace));
  return seen;
}

Result<TrialResult> SlimTrial::run_candidate(const Image& candidate) {
  Stopwatch watch(seconds_);
  std::string name = name_of("slim");
  TRY(engine_->remove_image(name));  // the candidate before this one
  if (loaded_.empty() || loaded_.back() != name) loaded_.push_back(name);
  TRY(load(candidate, name));
  options_.inspect.open.progress->phase("running the result");
  TRY_ASSIGN(TraceRun found, run(name, &original_.probe, false));
  TrialResult result;
  result.probe = report_of(found.probe);
  result.passed = found.probe.passed;
  if (!result.passed) result.why = describe_failure(found.probe);
  if (result.passed) {
    TRY_ASSIGN(std::vector<RunDifference> others, differences(name, found));
    for (const RunDifference& one : others)
      result.why += (result.why.empty() ? "it differs from the original:\n  " : "\n  ") + one.text;
    result.passed = others.empty();
  }
  result.trace = std::move(found.trace);
  if (!options_.verify_probes.empty()) {
    TRY_ASSIGN(TraceRun verified, run(name, &verify_original_.probe, true));
    if (!verified.probe.passed) {
      result.passed = false;
      result.why += (result.why.empty() ? "" : "\n") + describe_failure(verified.probe);
    }
    for (const CheckLine& check : report_of(verified.probe).checks)
      result.probe.checks.push_back(check);
    result.verify_trace = std::move(verified.trace);
  }
  result.probe.passed = result.passed;
  return result;
}

Status SlimTrial::keep(const Image& image, const std::string& tag) {
  Stopwatch watch(seconds_);
  return load(image, tag);
}

}  // namespace whittle
