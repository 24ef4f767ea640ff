#include "trace/tracing_engine.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "trace/recording.h"
#include "trace/sensor_program.h"

namespace whittle {

namespace {

constexpr unsigned kMaxExecs =
    64;  // whose recordings are made beforehand, for users without rights
constexpr const char* kRoot = "0:0";
using Words = std::vector<std::string>;

std::string in_folder(std::string_view name) {
  return fmt::format("{}/{}", kSensorFolder, name);
}

bool sets_home(const RunConfig& config, const RunRequest& request) {
  auto is_home = [](const std::string& entry) { return entry.starts_with("HOME="); };
  auto is_home_pair = [](const auto& entry) { return entry.first == "HOME"; };
  return std::any_of(config.env.begin(), config.env.end(), is_home) ||
         std::any_of(request.env.begin(), request.env.end(), is_home_pair);
}

// What the image would run; empty when it names nothing.
Words command_of(const RunConfig& config, const RunRequest& request) {
  Words out = request.entrypoint.empty() ? config.entrypoint : request.entrypoint;
  const Words& cmd =
      request.command.empty() && request.entrypoint.empty() ? config.cmd : request.command;
  out.insert(out.end(), cmd.begin(), cmd.end());
  return out;
}

}  // namespace

struct TracingEngine::Shared {
  RunConfig config;
  Limits limits;
  TracingOptions options;
  Trace trace;

  void add(Result<std::string> bytes, std::string_view what) {
    auto lose = [&](const Error& why) {
      Trace lost;
      lost.notes.push_back(fmt::format("the recording of {} is lost: {}", what, why.message()));
      trace = merge(std::move(trace), std::move(lost));
    };
    if (!bytes.ok()) return lose(bytes.error());
    Result<Recording> recording = read_recording(*bytes, limits);
    if (!recording.ok()) return lose(recording.error());
    if (!recording->not_started.empty())
      recording->trace.notes.push_back("the command could not be started: " +
                                       recording->not_started);
    trace = merge(std::move(trace), std::move(recording->trace));
  }
};

namespace {

// How the sensor is called.
struct SensorCall {
  bool with_capabilities = false;
  std::string user;  // to become; "" to stay
  bool sets_home = false;

  Words words(std::string_view recording, const Words& command) const {
    Words out = {in_folder("sensor"), "-o", in_folder(recording)};
    if (with_capabilities) out.emplace_back("-p");
    if (!user.empty()) out.insert(out.end(), {"-u", user});
    if (!user.empty() && sets_home) out.emplace_back("-H");
    out.emplace_back("--");
    out.insert(out.end(), command.begin(), command.end());
    return out;
  }
};

}  // namespace

// The container of the inner engine, whose recordings are read when it goes.
template <typename Shared>
class TracedContainer : public ForwardingContainer {
 public:
  TracedContainer(std::unique_ptr<Container> inner, std::shared_ptr<Shared> shared, SensorCall call)
      : ForwardingContainer(std::move(inner)), shared_(std::move(shared)), call_(std::move(call)) {}

  ~TracedContainer() override {
    if (shared_->options.before_end) shared_->options.before_end(*this);
    Status stopped = inner_->stop(shared_->options.grace_ms);
    if (!shared_->options.is_traced) return;
    uint64_t limit = shared_->options.max_recording_bytes;
    shared_->add(inner_->read_file(in_folder("recording"), limit), "the container");
    for (unsigned i = 1; i <= execs_; ++i) {
      std::string name = fmt::format("exec-{}", i);
      shared_->add(inner_->read_file(in_folder(name), limit), fmt::format("command {}", i));
    }
    if (!stopped.ok())
      shared_->trace.notes.push_back("the container could not be stopped: " +
                                     stopped.error().message());
  }

  TracedContainer(const TracedContainer&) = delete;
  TracedContainer& operator=(const TracedContainer&) = delete;

  Result<CommandResult> exec(const Words& command,
                             const std::string& user,
                             uint64_t timeout_ms) override {
    if (!shared_->options.is_traced || execs_ >= kMaxExecs)
      return inner_->exec(command, user, timeout_ms);
    std::string recording = fmt::format("exec-{}", ++execs_);
    SensorCall call = call_;
    if (call.with_capabilities) {
      call.user = user.empty() ? shared_->config.user : user;
      return inner_->exec(call.words(recording, command), kRoot, timeout_ms);
    }
    call.user.clear();
    return inner_->exec(call.words(recording, command), user, timeout_ms);
  }

 private:
  std::shared_ptr<Shared> shared_;
  SensorCall call_;
  unsigned execs_ = 0;
};

TracingEngine::TracingEngine(Engine& inner, RunConfig config, Limits limits, TracingOptions options)
    : ForwardingEngine(inner), shared_(std::make_shared<Shared>()) {
  shared_->config = std::move(config);
  shared_->limits = limits;
  shared_->options = std::move(options);
}

TracingEngine::~TracingEngine() = default;

Trace TracingEngine::take_trace() {
  Trace out = std::move(shared_->trace);
  shared_->trace = {};
  normalise(out);
  return out;
}

Result<std::unique_ptr<Container>> TracingEngine::start(RunRequest request,
                                                        bool with_capabilities,
                                                        const CancelToken& cancel) {
  const RunConfig& config = shared_->config;
  if (request.command.empty()) request.command = shared_->options.command;
  const Words& extra = shared_->options.extra_args;
  request.extra_args.insert(request.extra_args.end(), extra.begin(), extra.end());
  if (!shared_->options.is_traced) {
    TRY_ASSIGN(std::unique_ptr<Container> plain, inner_.run(request, cancel));
    return Result<std::unique_ptr<Container>>(
        std::make_unique<TracedContainer<Shared>>(std::move(plain), shared_, SensorCall()));
  }
  Words command = command_of(config, request);
  if (command.empty())
    return Error(ErrorKind::Invalid, "the image has neither an entry point nor a command");
  SensorCall call;
  call.with_capabilities = with_capabilities;
  call.sets_home = !sets_home(config, request);
  std::string user = request.user.empty() ? config.user : request.user;
  if (with_capabilities) {
    request.add_capabilities = {"SYS_ADMIN", "SYS_PTRACE"};
    request.user = kRoot;
    call.user = user;
  }
  request.entrypoint = call.words("recording", command);
  request.command.clear();
  request.folder = kSensorFolder;
  request.files = {{"sensor", 0755, std::string(sensor_program())}, {"recording", 0666, ""}};
  for (unsigned i = 1; i <= kMaxExecs; ++i)
    request.files.push_back({fmt::format("exec-{}", i), 0666, ""});
  request.max_processes = shared_->options.max_processes;
  request.no_health_check = true;
  TRY_ASSIGN(std::unique_ptr<Container> inner, inner_.run(request, cancel));
  return Result<std::unique_ptr<Container>>(
      std::make_unique<TracedContainer<Shared>>(std::move(inner), shared_, std::move(call)));
}

Result<std::unique_ptr<Container>> TracingEngine::run(const RunRequest& request,
                                                      const CancelToken& cancel) {
  if (shared_->options.is_traced && sensor_program().empty())
    return Error(ErrorKind::Unsupported, "this whittle has no sensor for its architecture");
  if (!shared_->options.may_add_capabilities || !shared_->options.is_traced)
    return start(request, false, cancel);
  Result<std::unique_ptr<Container>> started = start(request, true, cancel);
  if (started.ok() || started.error().kind() != ErrorKind::Failed) return started;
  return start(request, false, cancel);  // an engine whose policy refuses the capabilities
}

}  // namespace whittle
