#include "container/services.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "base/strings.h"
#include "container/log_tail.h"
#include "container/packed_files.h"
#include "container/tcp.h"

namespace whittle {

namespace {

using Clock = std::chrono::steady_clock;

constexpr uint64_t kPollMs = 200;
constexpr uint64_t kCheckMs = 30'000;  // one health check, where the file names no time
constexpr uint64_t kMaxLogBytes = 256 * 1024;
constexpr int64_t kNsOfMs = 1'000'000;
constexpr size_t kShownLines = 15;

bool has_check(const Service& service) {
  return service.health_check && service.health_check->test.size() > 1;
}

std::vector<std::string> words_of(const HealthCheck& check) {
  if (check.test[0] == "CMD-SHELL") return {"/bin/sh", "-c", check.test[1]};
  return {check.test.begin() + 1, check.test.end()};
}

std::string lines_for_people(std::string_view text) {
  std::string tail = last_lines(strip_escapes(text), kShownLines);
  std::string out;
  for (std::string_view line : split_lines(tail)) out += "\n  " + printable(line);
  return out;
}

// A network with containers of the other services.
class Surroundings {
 public:
  Surroundings(Engine& engine,
               const ServicePlan& plan,
               uint64_t limit_ms,
               const CancelToken& cancel,
               Progress& progress)
      : engine_(engine), plan_(plan), limit_ms_(limit_ms), cancel_(cancel), progress_(progress) {}

  ~Surroundings() {
    // Whatever cannot be removed now goes with the run.
    while (!running_.empty()) running_.pop_back();
    for (const auto& [name, volume] : volumes_) drop(engine_.remove_volume(volume));
    if (!network_.empty()) drop(engine_.remove_network(network_));
  }

  Surroundings(const Surroundings&) = delete;
  Surroundings& operator=(const Surroundings&) = delete;

  Status start() {
    TRY_ASSIGN(network_, engine_.make_network(cancel_));
    for (const Service& service : plan_.others) {
      TRY(wait_for(service.needs));
      TRY(start(service));
    }
    TRY(wait_for(plan_.target.needs));
    return check_still_up();
  }

  // Adds what the service under test says to a request for it.
  Status complete(const Service& service, RunRequest& request) {
    std::vector<std::string> options = {"--network=" + network_};
    for (const std::string& alias : service.aliases) options.push_back("--network-alias=" + alias);
    for (const auto& [name, address] : addresses_)
      options.push_back(fmt::format("--add-host={}:{}", name, address));
    if (!service.working_dir.empty()) options.push_back("--workdir=" + service.working_dir);
    for (const ServiceMount& mount : service.mounts)
      TRY(add_mount(service, mount, options, request));
    options.insert(options.end(), service.run_options.begin(), service.run_options.end());
    request.extra_args.insert(request.extra_args.begin(), options.begin(), options.end());
    for (const auto& variable : service.env) {
      bool is_set = std::any_of(request.env.begin(), request.env.end(), [&](const auto& other) {
        return other.first == variable.first;
      });
      if (!is_set) request.env.push_back(variable);
    }
    if (request.entrypoint.empty() && request.command.empty()) request.command = service.command;
    if (request.entrypoint.empty()) request.entrypoint = service.entrypoint;
    if (request.user.empty()) request.user = service.user;
    if (request.memory_bytes == 0) request.memory_bytes = service.memory_bytes;
    return {};
  }

 private:
  struct Running {
    const Service& service;
    std::unique_ptr<Container> container;
    bool is_healthy = false;
  };

  static void drop(Status ignored) { static_cast<void>(ignored); }

  Status start(const Service& service) {
    progress_.detail("starting service " + printable(service.name));
    RunRequest request;
    request.image = service.images.front();
    request.no_health_check = true;  // wait_healthy() runs it
    if (!service.restart.empty()) request.extra_args.push_back("--restart=" + service.restart);
    TRY(complete(service, request));
    Result<std::unique_ptr<Container>> container = engine_.run(request, cancel_);
    if (!container.ok()) {
      if (container.error().kind() == ErrorKind::Cancelled) return std::move(container).error();
      return Error(fmt::format("service `{}` cannot be started: {}",
                               printable(service.name),
                               container.error().message()));
    }
    TRY_ASSIGN(std::string address, (*container)->address());
    if (!address.empty()) {
      for (const std::string& alias : service.aliases) addresses_.emplace_back(alias, address);
    }
    running_.push_back({service, std::move(*container)});
    return {};
  }

  Status add_mount(const Service& service,
                   const ServiceMount& mount,
                   std::vector<std::string>& options,
                   RunRequest& request) {
    using Kind = ServiceMount::Kind;
    const std::string& place = mount.destination;
    if (mount.kind == Kind::Tmpfs) {
      options.push_back("--tmpfs=" + place + (mount.options.empty() ? "" : ":" + mount.options));
      return {};
    }
    if (mount.kind == Kind::Volume) {
      // One without a name is nobody else's.
      TRY_ASSIGN(std::string volume,
                 volume_of(mount.source.empty() ? service.name + ":" + place : mount.source));
      options.push_back(
          fmt::format("--volume={}:{}{}", volume, place, mount.is_read_only ? ":ro" : ""));
      return {};
    }
    std::error_code ignored;
    if (mount.is_read_only || fs::is_regular_file(mount.source, ignored)) {
      options.push_back(fmt::format("--volume={}:{}:ro", mount.source, place));
      return {};
    }
    TRY_ASSIGN(std::string volume, volume_of("copy:" + service.name + ":" + place));
    options.push_back(fmt::format("--volume={}:{}:nocopy", volume, place));
    if (!fs::exists(mount.source, ignored)) return {};
    Result<std::string> archive = pack_folder(mount.source, kMaxCopiedFolderBytes);
    if (archive.ok()) {
      request.filled.push_back({place, std::move(*archive)});
      return {};
    }
    return std::move(archive)
        .error()
        .with(fmt::format(
            "cannot copy `{}` for service `{}`", printable(mount.source), printable(service.name)))
        .hint("Mount it read-only (`:ro`), which needs no copy, or give a smaller folder");
  }

  Result<std::string> volume_of(const std::string& name) {
    auto found = volumes_.find(name);
    if (found != volumes_.end()) return found->second;
    TRY_ASSIGN(std::string volume, engine_.make_volume(cancel_));
    volumes_.emplace(name, volume);
    return volume;
  }

  Status wait_for(const std::vector<ServiceNeed>& needs) {
    for (const ServiceNeed& need : needs) {
      auto found = std::find_if(running_.begin(), running_.end(), [&](const Running& one) {
        return one.service.name == need.service;
      });
      if (found == running_.end()) continue;  // it need not be there
      if (need.condition == NeedCondition::Completed) {
        TRY(wait_completed(*found));
      } else if (need.condition == NeedCondition::Healthy || has_check(found->service)) {
        Status healthy = wait_healthy(*found);
        bool may_go_on = need.condition == NeedCondition::Started && cancel_.check().ok();
        if (!healthy.ok() && !may_go_on) return healthy;
      }
    }
    return {};
  }

  Error not_ready(Running& one, ErrorKind kind, std::string_view what, std::string_view detail) {
    Result<std::string> logs = one.container->logs(kMaxLogBytes);
    std::string text = fmt::format("service `{}` {}", printable(one.service.name), what);
    if (!trim(detail).empty()) text += lines_for_people(detail);
    if (logs.ok() && !trim(*logs).empty()) text += "\nits last lines:" + lines_for_people(*logs);
    return Error(kind, std::move(text));
  }

  std::string limit_text() const { return format_seconds(static_cast<double>(limit_ms_) / 1000); }

  // Asks more often than the engine would, so that nobody waits for its interval.
  Status wait_healthy(Running& one) {
    if (one.is_healthy) return {};
    if (!has_check(one.service)) {
      return Error(fmt::format("service `{}` is waited for until it is healthy, but has no health "
                               "check",
                               printable(one.service.name)))
          .hint("Give it a `healthcheck`, or depend on `condition: service_started`");
    }
    progress_.detail(fmt::format("waiting for service {}", printable(one.service.name)));
    const HealthCheck& check = *one.service.health_check;
    uint64_t timeout_ms =
        check.timeout_ns > 0 ? static_cast<uint64_t>(check.timeout_ns / kNsOfMs) : kCheckMs;
    auto until = Clock::now() + std::chrono::milliseconds(limit_ms_);
    for (;;) {
      TRY_ASSIGN(ContainerState state, one.container->state());
      if (!state.running) return ended(one, state);
      Result<CommandResult> result = one.container->exec(words_of(check), "", timeout_ms);
      if (result.ok() && result->succeeded()) break;
      TRY(cancel_.check());
      if (Clock::now() >= until) {
        return not_ready(one,
                         ErrorKind::Limit,
                         "is not healthy within " + limit_text(),
                         result.ok() ? result->out + result->err : result.error().message())
            .hint("Give it more time by --start-timeout, or look at its health check");
      }
      TRY(sleep_ms(kPollMs, cancel_));
    }
    one.is_healthy = true;
    return {};
  }

  Error ended(Running& one, const ContainerState& state) {
    return not_ready(
        one, ErrorKind::Failed, fmt::format("has ended with exit code {}", state.exit_code), "");
  }

  Status wait_completed(Running& one) {
    progress_.detail(fmt::format("waiting for the end of service {}", printable(one.service.name)));
    auto until = Clock::now() + std::chrono::milliseconds(limit_ms_);
    for (;;) {
      TRY_ASSIGN(ContainerState state, one.container->state());
      if (!state.running && state.exit_code == 0) return {};
      if (!state.running) return ended(one, state);
      if (Clock::now() >= until) {
        return not_ready(one, ErrorKind::Limit, "has not ended within " + limit_text(), "")
            .hint("Give it more time by --start-timeout");
      }
      TRY(sleep_ms(kPollMs, cancel_));
    }
  }

  // One that crashed at once is why the image will not work.
  Status check_still_up() {
    for (Running& one : running_) {
      TRY_ASSIGN(ContainerState state, one.container->state());
      if (!state.running && state.exit_code != 0) return ended(one, state);
    }
    return {};
  }

  Engine& engine_;
  const ServicePlan& plan_;
  uint64_t limit_ms_;
  const CancelToken& cancel_;
  Progress& progress_;
  std::string network_;
  std::map<std::string, std::string> volumes_;  // by their names in the file
  std::vector<Running> running_;
  std::vector<std::pair<std::string, std::string>> addresses_;  // of services, by alias
};

class ServedContainer : public ForwardingContainer {
 public:
  ServedContainer(std::unique_ptr<Container> inner, std::unique_ptr<Surroundings> surroundings)
      : ForwardingContainer(std::move(inner)), surroundings_(std::move(surroundings)) {}

  // The one that needs the others goes first.
  ~ServedContainer() override { inner_.reset(); }

  ServedContainer(const ServedContainer&) = delete;
  ServedContainer& operator=(const ServedContainer&) = delete;

 private:
  std::unique_ptr<Surroundings> surroundings_;
};

}  // namespace

RunConfig config_as_service(RunConfig config, const Service& service) {
  if (!service.entrypoint.empty()) {
    config.entrypoint = service.entrypoint;
    config.cmd.clear();
  }
  if (!service.command.empty()) config.cmd = service.command;
  if (!service.user.empty()) config.user = service.user;
  if (!service.working_dir.empty()) config.working_dir = service.working_dir;
  for (const auto& [name, value] : service.env) config.env.push_back(name + "=" + value);
  if (service.health_check) config.health_check = service.health_check;
  std::set<std::string> ports(config.exposed_ports.begin(), config.exposed_ports.end());
  for (const auto* more : {&service.published, &service.exposed}) {
    for (uint16_t port : *more) ports.insert(fmt::format("{}/tcp", port));
  }
  config.exposed_ports.assign(ports.begin(), ports.end());
  for (const ServiceMount& mount : service.mounts) config.volumes.push_back(mount.destination);
  std::sort(config.volumes.begin(), config.volumes.end());
  return config;
}

Result<std::unique_ptr<Container>> ServedEngine::run(const RunRequest& request,
                                                     const CancelToken& cancel) {
  auto surroundings = std::make_unique<Surroundings>(others_, plan_, limit_ms_, cancel, progress_);
  TRY(surroundings->start());
  RunRequest completed = request;
  TRY(surroundings->complete(plan_.target, completed));
  TRY_ASSIGN(std::unique_ptr<Container> container, inner_.run(completed, cancel));
  return Result<std::unique_ptr<Container>>(
      std::make_unique<ServedContainer>(std::move(container), std::move(surroundings)));
}

Result<ProbeResult> run_probe_beside(const ServicePlan* plan,
                                     Engine& others,
                                     Engine& inner,
                                     const std::string& image,
                                     const RunConfig& config,
                                     const ProbeSpec& spec,
                                     const ProbeResult* reference,
                                     const CancelToken& cancel,
                                     Progress& progress) {
  if (plan == nullptr) return run_probe(inner, image, config, spec, reference, cancel, progress);
  ServedEngine served(others, inner, *plan, spec.start_timeout_ms, progress);
  RunConfig as_service = config_as_service(config, plan->target);
  return run_probe(served, image, as_service, spec, reference, cancel, progress);
}

}  // namespace whittle
