#include "container/engines/builtin.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/rooted.h"
#include "base/strings.h"
#include "base/subprocess.h"
#include "codec/byte_source.h"
#include "container/buildah_build.h"
#include "container/engines/bundle_options.h"
#include "container/engines/oci_bundle.h"
#include "container/engines/oci_runtime.h"
#include "container/exported_images.h"
#include "container/port_forward.h"
#include "container/tcp.h"

namespace whittle {

namespace {

constexpr uint64_t kShortMs = 30'000;
constexpr uint64_t kCopyMs = 300'000;  // a volume's content, an exported image
constexpr uint64_t kMaxUserFileBytes = 4ULL << 20;
constexpr int kKilled = 128 + 9;
constexpr const char* kCgroupV1Memory = "/sys/fs/cgroup/memory";
constexpr const char* kCgroupV1Pids = "/sys/fs/cgroup/pids";
constexpr uint64_t kStopPollMs = 20;
constexpr const char* kOwnFolder = "own";  // of a bundle: RunRequest::folder

using Words = std::vector<std::string>;

Command buildah(Words args) {
  Command command;
  command.args = std::move(args);
  command.args.insert(command.args.begin(), "buildah");
  command.timeout_ms = kShortMs;
  return command;
}

void run_quietly(const Command& command) {
  CancelToken never;
  Result<CommandResult> ignored = run_command(command, never);
}

// A working container of buildah, mounted; unmounted and removed with the object.
class MountedImage {
 public:
  static Result<std::unique_ptr<MountedImage>> make(const std::string& image,
                                                    const std::string& name,
                                                    const CancelToken& cancel) {
    std::unique_ptr<MountedImage> mounted(new MountedImage(name));
    TRY(run_checked(buildah({"from", "--pull-never", "--name", name, image}), cancel));
    TRY_ASSIGN(CommandResult result, run_checked(buildah({"mount", name}), cancel));
    mounted->root_ = std::string(trim(result.out));
    return mounted;
  }

  ~MountedImage() { run_quietly(buildah({"rm", name_})); }

  MountedImage(const MountedImage&) = delete;
  MountedImage& operator=(const MountedImage&) = delete;

  const fs::path& root() const { return root_; }

 private:
  explicit MountedImage(std::string name) : name_(std::move(name)) {}

  std::string name_;
  fs::path root_;
};

class BuiltinContainer : public Container {
 public:
  BuiltinContainer(std::string id,
                   std::unique_ptr<MountedImage> image,
                   fs::path bundle,
                   bool limited,
                   const CancelToken& cancel)
      : id_(std::move(id)),
        image_(std::move(image)),
        bundle_(std::move(bundle)),
        limited_(limited),
        cancel_(cancel) {}

  ~BuiltinContainer() override {
    forwarder_.reset();
    run_.reset();
    image_.reset();
    std::error_code ignored;
    fs::remove_all(bundle_, ignored);
  }

  BuiltinContainer(const BuiltinContainer&) = delete;
  BuiltinContainer& operator=(const BuiltinContainer&) = delete;

  const std::string& id() const override { return id_; }

  const std::map<uint16_t, uint16_t>& ports() const override { return ports_; }

  Result<ContainerState> state() override {
    ContainerState state;
    state.running = !run_->ended();
    if (!state.running) state.exit_code = run_->exit_code();
    // Nobody else sends SIGKILL to a container with a memory limit.
    state.out_of_memory = !state.running && limited_ && state.exit_code == kKilled;
    return state;
  }

  Result<std::string> logs(uint64_t max_bytes) override { return run_->logs(max_bytes); }

  Status stop(uint64_t grace_ms) override {
    CancelToken never;
    TRY(run_->signal(stop_signal_));
    for (uint64_t waited = 0; waited < grace_ms && !run_->ended(); waited += kStopPollMs)
      TRY(sleep_ms(kStopPollMs, never));
    if (!run_->ended()) TRY(run_->signal("KILL"));
    for (uint64_t waited = 0; waited < kShortMs && !run_->ended(); waited += kStopPollMs)
      TRY(sleep_ms(kStopPollMs, never));
    return {};
  }

  Result<std::string> read_file(const std::string& path, uint64_t max_bytes) override {
    if (folder_.empty() || !path.starts_with(folder_ + "/"))
      return Error(ErrorKind::NotFound, printable(path) + " is not in the container's own folder");
    TRY_ASSIGN(UniqueFd fd,
               open_in_root(bundle_ / kOwnFolder, path.substr(folder_.size() + 1), O_RDONLY));
    return read_all(*fd_source(std::move(fd)), max_bytes);
  }

  Result<CommandResult> exec(const std::vector<std::string>& command,
                             const std::string& user,
                             uint64_t timeout_ms) override {
    return run_->exec(command, user, timeout_ms, cancel_);
  }

  Status start(const OciRuntime& runtime, const BundleSpec& spec) {
    const std::vector<uint16_t>& publish = spec.request.publish;
    if (!spec.config.stop_signal.empty()) stop_signal_ = spec.config.stop_signal;
    folder_ = spec.request.folder;
    TRY_ASSIGN(run_, BundleRun::start(runtime, id_, bundle_, cancel_));
    if (publish.empty()) return {};
    Result<UniqueFd> network = open_read(fmt::format("/proc/{}/ns/net", run_->pid()));
    if (!network.ok()) return {};  // it has ended already; state() says so
    TRY_ASSIGN(forwarder_, PortForwarder::start(std::move(*network), publish));
    ports_ = forwarder_->ports();
    return {};
  }

 private:
  std::string id_;
  std::unique_ptr<MountedImage> image_;
  fs::path bundle_;
  bool limited_;
  const CancelToken& cancel_;
  std::string stop_signal_ = "TERM";
  std::string folder_;
  std::unique_ptr<BundleRun> run_;
  std::unique_ptr<PortForwarder> forwarder_;
  std::map<uint16_t, uint16_t> ports_;
};

// CapBnd of this process.
uint64_t bounding_set() {
  Result<std::string> status = read_file("/proc/self/status", 64 * 1024);
  if (!status.ok()) return UINT64_MAX;
  for (std::string_view line : split_lines(*status)) {
    if (!line.starts_with("CapBnd:")) continue;
    return std::strtoull(std::string(trim(line.substr(7))).c_str(), nullptr, 16);
  }
  return UINT64_MAX;
}

bool cgroup2_has(std::string_view controller) {
  Result<std::string> controllers = read_file("/sys/fs/cgroup/cgroup.controllers", 4096);
  return controllers.ok() && contains(*controllers, controller);
}

class BuiltinEngine : public Engine {
 public:
  BuiltinEngine(std::string version, OciRuntime runtime, EngineOptions options)
      : version_(std::move(version)),
        runtime_(std::move(runtime)),
        options_(options),
        exported_(options_.work_dir),
        builder_(family(), std::move(options)) {}

  std::string_view name() const override { return "builtin"; }

  std::string description() const override {
    return fmt::format("built-in: buildah {} and {}", version_, runtime_.program);
  }

  std::vector<fs::path> storage(const CancelToken& cancel) override {
    std::vector<fs::path> folders = {options_.work_dir};  // volumes and logs
    Result<CommandResult> info =
        run_checked(buildah({"info", "--format", "{{.store.GraphRoot}}"}), cancel);
    if (info.ok()) folders.emplace_back(trim(info->out));
    return folders;
  }

  Result<BuildRecord> build(const BuildRequest& request,
                            const Dockerfile& file,
                            const CancelToken& cancel,
                            Progress& progress) override {
    TRY_ASSIGN(BuildRecord record, builder_.build(request, file, cancel, progress));
    if (!record.ok) return record;
    Words ask = {"inspect", "--type", "image", "--format", "{{.FromImageID}}", request.tag};
    TRY_ASSIGN(CommandResult id, run_checked(buildah(std::move(ask)), cancel));
    record.image_id = trim(id.out);
    return record;
  }

  Result<std::unique_ptr<Container>> run(const RunRequest& request,
                                         const CancelToken& cancel) override {
    TRY_ASSIGN(bool there, has_image(request.image, cancel));
    if (!there)
      return Error(ErrorKind::NotFound,
                   fmt::format("there is no image {}", printable(request.image)));
    TRY_ASSIGN(CommandResult inspected,
               run_checked(buildah({"inspect", "--type", "image", request.image}), cancel));
    BundleSpec spec;
    TRY_ASSIGN(spec.config, parse_buildah_inspect(inspected.out));
    spec.request = request;
    std::string id = fmt::format("whittle-{}-{}", options_.run_id, ++containers_);
    TRY_ASSIGN(std::unique_ptr<MountedImage> image, MountedImage::make(request.image, id, cancel));
    fs::path bundle = options_.work_dir / id;
    TRY(make_dirs(bundle));
    spec.rootfs = image->root();
    limit_memory(spec);
    bool limited = spec.limit_memory;
    auto container =
        std::make_unique<BuiltinContainer>(id, std::move(image), bundle, limited, cancel);
    TRY(prepare(spec, id, bundle, cancel));
    TRY(container->start(runtime_, spec));
    return Result<std::unique_ptr<Container>>(std::move(container));
  }

  Result<bool> has_image(const std::string& image, const CancelToken& cancel) override {
    TRY_ASSIGN(
        CommandResult result,
        run_command(buildah({"inspect", "--type", "image", "--format", "{{.FromImageID}}", image}),
                    cancel));
    if (result.succeeded()) return true;
    if (contains(result.err, "not known") || contains(result.err, "no such image")) return false;
    return Error("buildah inspect: " + printable(trim(last_lines(result.err, 3))));
  }

  Result<std::string> image_target(const std::string& image, const CancelToken& cancel) override {
    std::string target = fmt::format("oci:{}:image", exported_.add("").string());
    Command push = buildah({"push", "--quiet", "--disable-compression", image, target});
    push.timeout_ms = kCopyMs;
    TRY(run_checked(push, cancel));
    return target;
  }

  void release_targets() override { exported_.clear(); }

  Status tag(const std::string& image,
             const std::string& name,
             const CancelToken& cancel) override {
    TRY(run_checked(buildah({"tag", image, name}), cancel));
    return {};
  }

  Status load_image(const fs::path& archive,
                    const std::string& name,
                    const CancelToken& cancel) override {
    Command pull = buildah({"pull", "--quiet", "docker-archive:" + archive.string()});
    pull.timeout_ms = kCopyMs;
    TRY_ASSIGN(CommandResult pulled, run_checked(pull, cancel));
    return tag(std::string(trim(pulled.out)), name, cancel);
  }

  Status remove_image(const std::string& image) override {
    CancelToken never;
    // `rmi` would take the cached steps below it away as well; the next trial build wants them.
    if (builder_.park(image)) return {};
    TRY_ASSIGN(CommandResult result, run_command(buildah({"rmi", image}), never));
    bool gone = result.succeeded() || contains(result.err, "not known") ||
                contains(result.err, "no such image") || contains(result.err, "is in use");
    if (!gone) return Error("buildah rmi: " + printable(trim(last_lines(result.err, 3))));
    return {};
  }

  Status remove_all_of_run() override {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(runtime_.state, error)) {
      delete_container(runtime_, entry.path().filename().string());
    }
    CancelToken never;
    TRY_ASSIGN(CommandResult listed,
               run_checked(buildah({"containers", "--noheading", "--format", "{{.ContainerName}}"}),
                           never));
    for (std::string_view name : split_lines(listed.out)) {
      if (trim(name).starts_with(fmt::format("whittle-{}-", options_.run_id))) {
        run_quietly(buildah({"rm", std::string(trim(name))}));
      }
    }
    builder_.remove_images_of_run();
    return {};
  }

 private:
  static BuildahFamily family() {
    return {"buildah",
            "bud",
            {"containers", "--noheading", "--format", "{{.ContainerID}} {{.ContainerName}}"},
            {"rm"},
            {"images", "-a", "--noheading", "--no-trunc", "--format", "{{.ID}} {{.Name}}"},
            {"rmi"},
            ""};
  }

  static void limit_memory(BundleSpec& spec) {
    std::error_code error;
    bool v1 = fs::exists(fs::path(kCgroupV1Memory) / "memory.limit_in_bytes", error);
    bool v2 = cgroup2_has("memory");
    spec.limit_memory = spec.request.memory_bytes > 0 && (v1 || v2);
    spec.limit_swap =
        v2 || fs::exists(fs::path(kCgroupV1Memory) / "memory.memsw.limit_in_bytes", error);
  }

  // Writes the bundle: files of /etc, volumes, config.json.
  Status prepare(BundleSpec& spec,
                 const std::string& id,
                 const fs::path& bundle,
                 const CancelToken& cancel) {
    spec.hostname = "whittle";
    spec.cgroup = "/" + id;
    spec.capabilities = allowed_capabilities(bounding_set());
    TRY(add_run_words(spec.request.extra_args, bounding_set(), spec));
    for (std::string& name : granted_capabilities(spec.request.add_capabilities, bounding_set()))
      spec.capabilities.push_back(std::move(name));
    std::error_code error;
    spec.limit_processes = fs::exists(kCgroupV1Pids, error) || cgroup2_has("pids");
    spec.unprivileged_ports = fs::exists("/proc/sys/net/ipv4/ip_unprivileged_port_start", error);
    TRY_ASSIGN(std::string passwd, read_in_root(spec.rootfs, "etc/passwd", kMaxUserFileBytes));
    TRY_ASSIGN(std::string group, read_in_root(spec.rootfs, "etc/group", kMaxUserFileBytes));
    TRY_ASSIGN(
        spec.user,
        resolve_user(
            spec.request.user.empty() ? spec.config.user : spec.request.user, passwd, group));
    Result<std::string> resolv = read_file("/etc/resolv.conf", kMaxUserFileBytes);
    TRY(add_file(spec, bundle, "resolv.conf", resolv.ok() ? *resolv : ""));
    TRY(add_file(spec, bundle, "hostname", spec.hostname + "\n"));
    TRY(add_file(
        spec,
        bundle,
        "hosts",
        fmt::format(
            "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n127.0.0.1\t{}\n",
            spec.hostname)));
    for (const std::string& volume : spec.config.volumes)
      TRY(add_volume(spec, bundle, volume, cancel));
    TRY(add_own_folder(spec, bundle));
    TRY_ASSIGN(std::string config, bundle_config(spec));
    return write_file_atomic(bundle / "config.json", config);
  }

  static Status add_file(BundleSpec& spec,
                         const fs::path& bundle,
                         const char* name,
                         const std::string& content) {
    fs::path file = bundle / name;
    TRY(write_file_atomic(file, content));
    spec.mounts.push_back({file.string(), fmt::format("/etc/{}", name)});
    return {};
  }

  static Status add_own_folder(BundleSpec& spec, const fs::path& bundle) {
    if (spec.request.folder.empty()) return {};
    fs::path folder = bundle / kOwnFolder;
    TRY(make_dirs(folder));
    for (const PlacedFile& file : spec.request.files) {
      TRY(write_file_atomic(folder / file.name, file.content));
      std::error_code error;
      fs::permissions(folder / file.name, fs::perms(file.mode), error);
      if (error) return Error("cannot set the mode of " + file.name + ": " + error.message());
    }
    spec.mounts.push_back({folder.string(), spec.request.folder});
    return {};
  }

  // A folder of its own with what the image has there.
  static Status add_volume(BundleSpec& spec,
                           const fs::path& bundle,
                           const std::string& volume,
                           const CancelToken& cancel) {
    std::string inside = clean_path("/" + volume);
    if (inside == "/") return {};
    fs::path folder = bundle / fmt::format("volume-{}", spec.mounts.size());
    TRY(make_dirs(folder));
    Result<UniqueFd> source = open_in_root(spec.rootfs, inside.substr(1), O_PATH | O_DIRECTORY);
    if (source.ok()) {
      Command copy;
      // By descriptor: the path could lead out of the root by the time it is used.
      copy.args = {
          "cp", "-a", fmt::format("/proc/{}/fd/{}/.", ::getpid(), source->get()), folder.string()};
      copy.timeout_ms = kCopyMs;
      TRY(run_checked(copy, cancel));
    }
    spec.mounts.push_back({folder.string(), inside});
    return {};
  }

  std::string version_;
  OciRuntime runtime_;
  EngineOptions options_;
  ExportedImages exported_;
  BuildahBuilder builder_;
  unsigned containers_ = 0;
};

// The first installed runtime that can run something here.
Result<OciRuntime> find_runtime(const EngineOptions& options, const CancelToken& cancel) {
  std::string reasons;
  for (const char* program : {"crun", "runc"}) {
    if (find_program(program).empty()) continue;
    OciRuntime runtime{program, options.work_dir / fmt::format("{}-state", program)};
    TRY(make_dirs(runtime.state));
    std::string why;
    TRY_ASSIGN(bool works,
               runtime_works(runtime, fmt::format("whittle-{}-try", options.run_id), cancel, &why));
    if (works) return runtime;
    reasons += (reasons.empty() ? "" : "; ") + why;
  }
  if (!reasons.empty()) return Error("no container runtime works here: " + reasons);
  return Error(ErrorKind::NotFound, "neither runc nor crun is installed")
      .hint("Install runc or crun");
}

}  // namespace

Result<std::unique_ptr<Engine>> open_builtin(const EngineOptions& options,
                                             const CancelToken& cancel) {
  if (find_program("buildah").empty()) {
    return Error(ErrorKind::NotFound, "buildah is not installed")
        .hint("Install buildah, and runc or crun");
  }
  if (::geteuid() != 0) {
    return Error("the built-in engine needs root to mount images and make namespaces")
        .hint("Run whittle as root, or use rootless Podman or Docker");
  }
  TRY_ASSIGN(CommandResult version, run_checked(buildah({"--version"}), cancel));
  std::vector<std::string_view> words = split_blanks(version.out);
  TRY_ASSIGN(OciRuntime runtime, find_runtime(options, cancel));
  return Result<std::unique_ptr<Engine>>(std::make_unique<BuiltinEngine>(
      printable(words.size() > 2 ? words[2] : "?"), std::move(runtime), options));
}

}  // namespace whittle
