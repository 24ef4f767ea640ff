#include "engine/slim_trial.h"

#include <unistd.h>

#include <chrono>

#include "base/strings.h"
#include "container/engines/engines.h"
#include "engine/run_id.h"
#include "engine/workshop.h"
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
    : options_(options), original_(original), folder_(std::move(folder)), run_id_(random_id()) {}

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

Result<ProbeResult> SlimTrial::probe(const std::string& name,
                                     const Image& image,
                                     const ProbeResult* reference) {
  const OpenOptions& open = options_.inspect.open;
  return run_probe(*engine_,
                   name,
                   image.info().config.run,
                   options_.probe,
                   reference,
                   *open.cancel,
                   *open.progress);
}

Result<ProbeReport> SlimTrial::probe_original() {
  Stopwatch watch(seconds_);
  std::string name = name_of("original");
  loaded_.push_back(name);
  TRY(load(original_, name));
  options_.inspect.open.progress->phase("probing the original");
  TRY_ASSIGN(ProbeResult result, probe(name, original_, nullptr));
  if (!result.passed) {
    return Error("the probe fails on the original, so nothing was left out: " +
                 describe_failure(result))
        .hint(
            "Give a probe that the image passes as it is: --probe 'COMMAND' or --http-probe "
            "'/path=>200'; or --static-only to run nothing");
  }
  reference_ = std::move(result);
  return report_of(*reference_);
}

Result<SlimAttempt> SlimTrial::attempt(const Image& candidate,
                                       SlimPolicy policy,
                                       std::optional<ProbeReport>& report) {
  Stopwatch watch(seconds_);
  std::string name = name_of("slim");
  if (loaded_.empty() || loaded_.back() != name) loaded_.push_back(name);
  TRY(load(candidate, name));
  options_.inspect.open.progress->phase("probing the result");
  TRY_ASSIGN(ProbeResult result, probe(name, candidate, reference_ ? &*reference_ : nullptr));
  report = report_of(result);
  SlimAttempt attempt;
  attempt.policy = policy;
  attempt.passed = result.passed;
  if (result.passed) return attempt;
  attempt.why = describe_failure(result);
  TRY(engine_->remove_image(name));
  return attempt;
}

Status SlimTrial::keep(const Image& image, const std::string& tag) {
  Stopwatch watch(seconds_);
  return load(image, tag);
}

}  // namespace whittle
