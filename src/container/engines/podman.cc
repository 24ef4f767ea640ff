#include "container/engines/podman.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/strings.h"
#include "base/subprocess.h"
#include "container/buildah_build.h"
#include "container/exported_images.h"
#include "container/log_tail.h"
#include "container/packed_files.h"
#include "container/run_options.h"

namespace whittle {

namespace {

constexpr uint64_t kShortMs = 30'000;
constexpr uint64_t kStartMs = 60'000;
constexpr int kNoSuchImage = 1;  // exit code of `podman rmi` and `podman image exists`
constexpr int kImageInUse = 2;   // exit code of `podman rmi`

using Words = std::vector<std::string>;

// One way to start containers: global options, and whether our own configuration takes the default
// limits out, which a machine without CAP_SYS_RESOURCE cannot raise.
struct RunWay {
  Words globals;
  bool without_ulimits = false;
};

std::vector<RunWay> all_run_ways(std::string_view default_runtime) {
  std::vector<RunWay> ways;
  const char* own = std::getenv("CONTAINERS_CONF");
  bool user_has_conf = own != nullptr && *own != '\0';
  for (bool without_ulimits : {false, true}) {
    if (without_ulimits && user_has_conf) continue;
    ways.push_back({{}, without_ulimits});
    for (const char* runtime : {"crun", "runc"}) {
      if (runtime != default_runtime && !find_program(runtime).empty())
        ways.push_back({{"--runtime", runtime}, without_ulimits});
    }
  }
  return ways;
}

// What podman, crun and runc say when the image's command is at fault.
bool is_command_fault(std::string_view text) {
  for (std::string_view mark : {"executable file not found",
                                "attempted to invoke a command that was not found",
                                "exec format error",
                                "no such file or directory: unknown",
                                "exec: \"",
                                "exec '"}) {
    if (contains(text, mark)) return true;
  }
  return false;
}

bool is_missing_image(std::string_view text) {
  return contains(text, "image not known") || contains(text, "no such image") ||
         contains(text, "does not exist in local");
}

class PodmanEngine;

class PodmanContainer : public Container {
 public:
  PodmanContainer(const PodmanEngine& engine, std::string name, const CancelToken& cancel)
      : engine_(engine), id_(std::move(name)), cancel_(cancel) {}

  ~PodmanContainer() override;
  PodmanContainer(const PodmanContainer&) = delete;
  PodmanContainer& operator=(const PodmanContainer&) = delete;

  const std::string& id() const override { return id_; }

  const std::map<uint16_t, uint16_t>& ports() const override { return ports_; }

  Result<ContainerState> state() override;
  Result<std::string> logs(uint64_t max_bytes) override;
  Status stop(uint64_t grace_ms) override;
  Result<std::string> read_file(const std::string& path, uint64_t max_bytes) override;
  Result<CommandResult> exec(const std::vector<std::string>& command,
                             const std::string& user,
                             uint64_t timeout_ms) override;
  Result<std::string> address() override;
  Status read_ports();

 private:
  const PodmanEngine& engine_;
  std::string id_;
  const CancelToken& cancel_;
  std::map<uint16_t, uint16_t> ports_;
};

class PodmanEngine : public Engine {
 public:
  PodmanEngine(std::string version,
               bool rootless,
               const std::string& runtime,
               fs::path storage,
               EngineOptions options)
      : version_(std::move(version)),
        rootless_(rootless),
        storage_(std::move(storage)),
        options_(options),
        exported_(options_.work_dir),
        builder_(family(runtime), std::move(options)),
        ways_(all_run_ways(runtime)) {}

  std::string_view name() const override { return "podman"; }

  std::string description() const override {
    return fmt::format("Podman {}{}", version_, rootless_ ? " (rootless)" : "");
  }

  std::vector<fs::path> storage(const CancelToken& /*cancel*/) override { return {storage_}; }

  Result<BuildRecord> build(const BuildRequest& request,
                            const Dockerfile& file,
                            const CancelToken& cancel,
                            Progress& progress) override {
    TRY_ASSIGN(BuildRecord record, builder_.build(request, file, cancel, progress));
    if (!record.ok) return record;
    Words ask = {"image", "inspect", "--format", "{{.Id}}", request.tag};
    TRY_ASSIGN(CommandResult id, run_checked(command(std::move(ask)), cancel));
    record.image_id = trim(id.out);
    return record;
  }

  Result<std::unique_ptr<Container>> run(const RunRequest& request,
                                         const CancelToken& cancel) override {
    TRY_ASSIGN(bool there, has_image(request.image, cancel));
    if (!there)
      return Error(ErrorKind::NotFound,
                   fmt::format("there is no image {}", printable(request.image)));
    std::string reasons;
    for (; way_ < ways_.size(); ++way_) {
      Result<std::unique_ptr<Container>> started = start(request, cancel);
      if (started.ok() || started.error().kind() != ErrorKind::Failed) return started;
      reasons += "\n  " + started.error().message();
    }
    way_ = 0;
    return Error("podman cannot start a container on this machine:" + reasons)
        .hint(
            "Try `podman run` by hand; the runtime or the limits in containers.conf may not suit "
            "this machine");
  }

  Result<bool> has_image(const std::string& image, const CancelToken& cancel) override {
    TRY_ASSIGN(CommandResult result, run_command(command({"image", "exists", image}), cancel));
    if (result.exit_code == kNoSuchImage) return false;
    if (result.succeeded()) return true;
    return Error("podman image exists: " + printable(last_lines(result.err, 3)));
  }

  Result<std::string> image_target(const std::string& image, const CancelToken& cancel) override {
    fs::path file = exported_.add(".tar");
    Command save = command({"save", "--format", "docker-archive", "-o", file.string(), image});
    save.timeout_ms = 0;
    TRY_ASSIGN(CommandResult result, run_checked(save, cancel));
    return "docker-archive:" + file.string();
  }

  void release_targets() override { exported_.clear(); }

  Status tag(const std::string& image,
             const std::string& name,
             const CancelToken& cancel) override {
    TRY(run_checked(command({"tag", image, name}), cancel));
    return {};
  }

  Status load_image(const fs::path& archive,
                    const std::string& /*name*/,
                    const CancelToken& cancel) override {
    Command load = command({"load", "--quiet", "--input", archive.string()});
    load.timeout_ms = 0;
    TRY(run_checked(load, cancel));
    return {};
  }

  Result<std::string> make_network(const CancelToken& cancel) override {
    return make("network", ++networks_, cancel);
  }

  Result<std::string> make_volume(const CancelToken& cancel) override {
    return make("volume", ++volumes_, cancel);
  }

  Status remove_network(const std::string& name) override { return remove("network", name); }

  Status remove_volume(const std::string& name) override { return remove("volume", name); }

  Status remove_image(const std::string& image) override {
    CancelToken never;
    Command remove = command({"rmi", "--no-prune", image});
    TRY_ASSIGN(CommandResult result, run_command(remove, never));
    if (result.succeeded() || result.exit_code == kNoSuchImage || result.exit_code == kImageInUse)
      return {};
    return Error("podman rmi: " + printable(last_lines(result.err, 3)));
  }

  Status remove_all_of_run() override {
    Status first;
    auto keep = [&](Status status) {
      if (first.ok() && !status.ok()) first = std::move(status);
    };
    std::string label = fmt::format("label={}={}", kRunLabel, options_.run_id);
    keep(remove_each({"ps", "-aq", "--no-trunc", "--filter", label}, {"rm", "-f", "-v"}));
    keep(remove_each({"network", "ls", "-q", "--filter", label}, {"network", "rm", "-f"}));
    keep(remove_each({"volume", "ls", "-q", "--filter", label}, {"volume", "rm", "-f"}));
    builder_.remove_images_of_run();
    return first;
  }

  // A podman command as the way that works here wants it.
  Command command(Words args) const {
    Command out;
    const RunWay& way = ways_[std::min(way_, ways_.size() - 1)];
    out.args = {"podman"};
    out.args.insert(out.args.end(), way.globals.begin(), way.globals.end());
    out.args.insert(out.args.end(), args.begin(), args.end());
    out.timeout_ms = kShortMs;
    if (way.without_ulimits) out.env = {{"CONTAINERS_CONF", conf_file().string()}};
    return out;
  }

  // `podman cp` leaves empty folders behind where temporary files go.
  Command copy_command(Words args) const {
    Command copy = command(std::move(args));
    copy.env.emplace_back("TMPDIR", options_.work_dir.string());
    return copy;
  }

 private:
  static BuildahFamily family(const std::string& runtime) {
    return {"podman",
            "build",
            {"ps", "-a", "--external", "--format", "{{.ID}} {{.Names}}"},
            {"rm", "-f"},
            {"images", "-a", "--no-trunc", "--format", "{{.ID}} {{.Repository}}"},
            {"rmi", "--no-prune"},
            runtime};
  }

  fs::path conf_file() const { return options_.work_dir / "containers.conf"; }

  Words create_args(const RunRequest& request, const std::string& name) const {
    Words args = {"create",
                  "--pull=never",
                  "--name",
                  name,
                  "--log-driver",
                  "k8s-file",
                  "--stop-timeout",
                  "0"};
    args.insert(args.end(), {"--label", fmt::format("{}={}", kRunLabel, options_.run_id)});
    for (const auto& [key, value] : request.env) args.insert(args.end(), {"-e", key + "=" + value});
    for (uint16_t port : request.publish)
      args.insert(args.end(), {"-p", fmt::format("127.0.0.1::{}", port)});
    if (request.memory_bytes > 0) {
      std::string bytes = std::to_string(request.memory_bytes);
      args.insert(args.end(), {"--memory", bytes, "--memory-swap", bytes});
    }
    add_run_options(request, args);
    return args;
  }

  // `what`: "network" or "volume".
  Result<std::string> make(const std::string& what, unsigned number, const CancelToken& cancel) {
    std::string name = fmt::format("whittle-{}-{}-{}", options_.run_id, what, number);
    std::string label = fmt::format("{}={}", kRunLabel, options_.run_id);
    TRY(run_checked(command({what, "create", "--label", label, name}), cancel));
    return name;
  }

  Status remove(const std::string& what, const std::string& name) {
    CancelToken never;
    TRY_ASSIGN(CommandResult result, run_command(command({what, "rm", "-f", name}), never));
    if (result.succeeded() || result.exit_code == kNoSuchImage) return {};
    return Error(fmt::format("podman {} rm: {}", what, printable(last_lines(result.err, 3))));
  }

  struct Step {
    Words args;
    std::string input;
  };

  std::vector<Step> steps_of(const RunRequest& request, const std::string& name) const {
    std::vector<Step> steps = {{create_args(request, name), ""}};
    auto copy = [&](const std::string& folder, std::string archive) {
      steps.push_back({{"cp", "-", fmt::format("{}:{}", name, folder)}, std::move(archive)});
    };
    if (!request.files.empty()) copy(request.folder, pack_files(request.files));
    for (const FilledFolder& folder : request.filled) copy(folder.path, folder.archive);
    steps.push_back({{"start", name}, ""});
    return steps;
  }

  // Starts in the current way. Failed: the way may be the reason; other kinds: it is not.
  Result<std::unique_ptr<Container>> start(const RunRequest& request, const CancelToken& cancel) {
    if (ways_[way_].without_ulimits)
      TRY(write_file_atomic(conf_file(), "[containers]\ndefault_ulimits = []\n"));
    std::string name = fmt::format("whittle-{}-{}", options_.run_id, ++containers_);
    auto container = std::make_unique<PodmanContainer>(*this, name, cancel);
    for (auto& [args, input] : steps_of(request, name)) {
      bool is_copy = args.front() == "cp";
      Command step = is_copy ? copy_command(args) : command(args);
      step.input = std::move(input);
      // On a kill for memory conmon writes a file `oom` into the folder it was started in.
      if (step.args.end()[-2] == "start") step.cwd = options_.work_dir;
      step.timeout_ms = kStartMs;
      TRY_ASSIGN(CommandResult result, run_command(step, cancel));
      if (result.succeeded()) continue;
      std::string why = printable(trim(last_lines(result.err, 3)));
      if (is_missing_image(why)) return Error(ErrorKind::NotFound, why);
      return Error(is_command_fault(why) ? ErrorKind::Invalid : ErrorKind::Failed, why);
    }
    TRY(container->read_ports());
    return Result<std::unique_ptr<Container>>(std::move(container));
  }

  Status remove_each(Words list, Words remove) const {
    CancelToken never;
    TRY_ASSIGN(CommandResult listed, run_checked(command(std::move(list)), never));
    for (std::string_view id : split_lines(listed.out)) {
      Words args = remove;
      args.emplace_back(trim(id));
      TRY_ASSIGN(CommandResult result, run_command(command(std::move(args)), never));
      bool gone = result.succeeded() || result.exit_code == kNoSuchImage;
      if (!gone)
        return Error(fmt::format("podman {}: {}", remove[0], printable(last_lines(result.err, 3))));
    }
    return {};
  }

  std::string version_;
  bool rootless_;
  fs::path storage_;
  EngineOptions options_;
  ExportedImages exported_;
  BuildahBuilder builder_;
  std::vector<RunWay> ways_;
  size_t way_ = 0;  // of ways_: the first that has not failed
  unsigned containers_ = 0;
  unsigned networks_ = 0;
  unsigned volumes_ = 0;
};

PodmanContainer::~PodmanContainer() {
  CancelToken never;
  Result<CommandResult> ignored = run_command(engine_.command({"rm", "-f", "-v", id_}), never);
}

Result<ContainerState> PodmanContainer::state() {
  TRY_ASSIGN(
      CommandResult result,
      run_checked(engine_.command({"container",
                                   "inspect",
                                   "--format",
                                   "{{.State.Running}} {{.State.ExitCode}} {{.State.OOMKilled}}",
                                   id_}),
                  cancel_));
  std::vector<std::string_view> fields = split_blanks(result.out);
  if (fields.size() != 3) return Error("podman container inspect: unexpected answer");
  ContainerState state;
  state.running = fields[0] == "true";
  state.exit_code = static_cast<int>(parse_u64(fields[1]).value_or(255));
  state.out_of_memory = fields[2] == "true";
  return state;
}

Result<std::string> PodmanContainer::logs(uint64_t max_bytes) {
  // Through a shell, which alone can put both streams into one pipe.
  Command command = engine_.command({"logs", id_});
  command.args.insert(command.args.begin(), {"/bin/sh", "-c", "exec \"$@\" 2>&1", "sh"});
  command.max_output_bytes = 4 * max_bytes;
  TRY_ASSIGN(CommandResult result, run_checked(command, cancel_));
  ByteTail tail(max_bytes);
  tail.add(result.out);
  return tail.take();
}

Status PodmanContainer::stop(uint64_t grace_ms) {
  CancelToken never;
  std::string seconds = std::to_string((grace_ms + 999) / 1000);
  Command stop = engine_.command({"stop", "--ignore", "-t", seconds, id_});
  stop.timeout_ms += grace_ms;
  TRY(run_checked(stop, never));
  return {};
}

Result<std::string> PodmanContainer::read_file(const std::string& path, uint64_t max_bytes) {
  CancelToken never;
  Command copy = engine_.copy_command({"cp", fmt::format("{}:{}", id_, path), "-"});
  // Of a longer output only parts are kept, which are no archive.
  copy.max_output_bytes = max_bytes + (64U << 10);
  TRY_ASSIGN(CommandResult result, run_checked(copy, never));
  return unpack_file(std::move(result.out));
}

Result<CommandResult> PodmanContainer::exec(const std::vector<std::string>& command,
                                            const std::string& user,
                                            uint64_t timeout_ms) {
  Command run = engine_.command({"exec"});
  if (!user.empty()) run.args.insert(run.args.end(), {"--user", user});
  run.args.push_back(id_);
  run.args.insert(run.args.end(), command.begin(), command.end());
  run.timeout_ms = timeout_ms;
  return run_command(run, cancel_);
}

// Whether Podman's networks know names depends on which plug-ins are installed.
Result<std::string> PodmanContainer::address() {
  TRY_ASSIGN(
      CommandResult result,
      run_checked(engine_.command({"container",
                                   "inspect",
                                   "--format",
                                   "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}",
                                   id_}),
                  cancel_));
  std::vector<std::string_view> fields = split_blanks(result.out);
  return fields.empty() ? std::string() : std::string(fields.front());
}

// "8080/tcp -> 127.0.0.1:37237"
Status PodmanContainer::read_ports() {
  TRY_ASSIGN(CommandResult result, run_checked(engine_.command({"port", id_}), cancel_));
  for (std::string_view line : split_lines(result.out)) {
    std::optional<uint64_t> inside = parse_u64(line.substr(0, line.find('/')));
    std::optional<uint64_t> outside = parse_u64(trim(line.substr(line.rfind(':') + 1)));
    if (inside && outside && *inside < 65536 && *outside < 65536) {
      ports_[static_cast<uint16_t>(*inside)] = static_cast<uint16_t>(*outside);
    }
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Engine>> open_podman(const EngineOptions& options,
                                            const CancelToken& cancel) {
  Command info;
  info.args = {"podman",
               "info",
               "--format",
               "{{.Version.Version}} {{.Host.Security.Rootless}} {{.Host.OCIRuntime.Name}} "
               "{{.Store.GraphRoot}}"};
  info.timeout_ms = kShortMs;
  Result<CommandResult> result = run_checked(info, cancel);
  if (!result.ok())
    return std::move(result).error().hint("Install podman, or make `podman info` work");
  std::vector<std::string_view> fields = split_blanks(result->out);
  if (fields.size() < 4) return Error("podman info: unexpected answer");
  // The last one is a path, which may have blanks in it.
  std::string_view storage = trim(result->out);
  storage.remove_prefix(static_cast<size_t>(fields[3].data() - storage.data()));
  return Result<std::unique_ptr<Engine>>(std::make_unique<PodmanEngine>(printable(fields[0]),
                                                                        fields[1] == "true",
                                                                        std::string(fields[2]),
                                                                        fs::path(storage),
                                                                        options));
}

}  // namespace whittle
