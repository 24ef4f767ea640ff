#include "container/engines/docker.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/strings.h"
#include "base/subprocess.h"
#include "container/build_runner.h"
#include "container/engines/docker_api.h"
#include "container/engines/docker_cli.h"
#include "container/exported_images.h"
#include "container/packed_files.h"
#include "container/run_options.h"

namespace whittle {

namespace {

constexpr std::string_view kDefaultHost = "unix:///var/run/docker.sock";
constexpr uint64_t kAskTimeoutMs = 10'000;
constexpr uint64_t kCreateTimeoutMs = 60'000;
constexpr int kRemoveRounds = 5;
constexpr int kRemovePauseMs = 200;

class DockerContainer : public Container {
 public:
  // `exec`: the program's words before the options of `docker exec`.
  DockerContainer(const DockerApi& api, Command exec, std::string id, const CancelToken& cancel)
      : api_(api), exec_(std::move(exec)), id_(std::move(id)), cancel_(cancel) {}

  ~DockerContainer() override {
    if (!api_.remove_container(id_).ok()) return;  // remove_all_of_run tries again
  }

  DockerContainer(const DockerContainer&) = delete;
  DockerContainer& operator=(const DockerContainer&) = delete;

  const std::string& id() const override { return id_; }

  const std::map<uint16_t, uint16_t>& ports() const override { return ports_; }

  Result<ContainerState> state() override {
    TRY_ASSIGN(DockerApi::Inspected inspected, api_.inspect_container(id_, cancel_));
    return inspected.state;
  }

  Result<std::string> logs(uint64_t max_bytes) override {
    return api_.logs(id_, max_bytes, cancel_);
  }

  Status stop(uint64_t grace_ms) override { return api_.stop_container(id_, grace_ms); }

  Result<std::string> read_file(const std::string& path, uint64_t max_bytes) override {
    return api_.download(id_, path, max_bytes);
  }

  Result<CommandResult> exec(const std::vector<std::string>& command,
                             const std::string& user,
                             uint64_t timeout_ms) override {
    Command run = exec_;
    if (!user.empty()) run.args.insert(run.args.end(), {"--user", user});
    run.args.push_back(id_);
    run.args.insert(run.args.end(), command.begin(), command.end());
    run.timeout_ms = timeout_ms;
    return run_command(run, cancel_);
  }

  // `made_id`: the daemon's id of it, once it is known.
  Status start(std::string made_id, const RunRequest& request) {
    id_ = std::move(made_id);
    CancelToken never;  // half a start could not be cleaned up
    if (!request.files.empty())
      TRY(api_.upload(id_, request.folder, pack_files(request.files), never));
    for (const FilledFolder& folder : request.filled)
      TRY(api_.upload(id_, folder.path, folder.archive, never));
    TRY(api_.start_container(id_, never));
    TRY_ASSIGN(DockerApi::Inspected inspected, api_.inspect_container(id_, never));
    ports_ = std::move(inspected.ports);
    return {};
  }

 private:
  DockerApi api_;
  Command exec_;
  std::string id_;
  const CancelToken& cancel_;
  std::map<uint16_t, uint16_t> ports_;
};

class DockerEngine : public Engine {
 public:
  DockerEngine(DockerApi api, DockerCli cli, EngineOptions options)
      : api_(std::move(api)),
        cli_(std::move(cli)),
        options_(std::move(options)),
        exported_(options_.work_dir) {}

  std::string_view name() const override { return "docker"; }

  std::string description() const override {
    std::string builder = cli_.buildkit ? "BuildKit" : "the classic builder";
    std::string client =
        cli_.version == api_.server_version() ? "" : fmt::format(" (client {})", cli_.version);
    return fmt::format("Docker {}{} with {}", api_.server_version(), client, builder);
  }

  std::vector<fs::path> storage(const CancelToken& cancel) override {
    if (api_.endpoint().unix_socket.empty()) return {};  // another machine's
    Result<CommandResult> info =
        run_checked(cli_command({"info", "--format", "{{.DockerRootDir}}"}), cancel);
    return info.ok() ? std::vector<fs::path>{fs::path(trim(info->out))} : std::vector<fs::path>();
  }

  Result<BuildRecord> build(const BuildRequest& request,
                            const Dockerfile& file,
                            const CancelToken& cancel,
                            Progress& progress) override {
    BuildRun run;
    BuilderKind kind = cli_.buildkit ? BuilderKind::Buildkit : BuilderKind::Classic;
    Status status = run_build(build_command(request), kind, request, file, cancel, progress, &run);
    {
      std::lock_guard lock(mutex_);
      made_images_.insert(made_images_.end(), run.made_images.begin(), run.made_images.end());
    }
    TRY(std::move(status));
    if (run.record.ok) {
      TRY_ASSIGN(run.record.image_id, api_.image_id(request.tag, cancel));
    }
    return std::move(run.record);
  }

  Result<std::unique_ptr<Container>> run(const RunRequest& request,
                                         const CancelToken& cancel) override {
    TRY(cancel.check());
    std::string name = fmt::format("whittle-{}-{}", options_.run_id, ++containers_);
    auto container = std::make_unique<DockerContainer>(api_, cli_command({"exec"}), name, cancel);
    CancelToken never;
    Result<std::string> id = request.extra_args.empty()
                                 ? api_.create_container(request, name, options_.run_id, never)
                                 : create_by_cli(request, name, cancel);
    TRY_ASSIGN(std::string made_id, std::move(id));
    TRY(container->start(std::move(made_id), request));
    TRY(cancel.check());
    return Result<std::unique_ptr<Container>>(std::move(container));
  }

  Result<bool> has_image(const std::string& image, const CancelToken& cancel) override {
    TRY_ASSIGN(std::string id, api_.image_id(image, cancel));
    return !id.empty();
  }

  Result<std::string> image_target(const std::string& image, const CancelToken& cancel) override {
    if (api_.endpoint().is_default) return "docker:" + image;
    fs::path file = exported_.add(".tar");
    TRY(api_.save_image(image, file, cancel));
    return "docker-archive:" + file.string();
  }

  void release_targets() override { exported_.clear(); }

  Status tag(const std::string& image,
             const std::string& name,
             const CancelToken& cancel) override {
    return api_.tag_image(image, name, cancel);
  }

  Status load_image(const fs::path& archive,
                    const std::string& /*name*/,
                    const CancelToken& cancel) override {
    // Without its client the daemon would finish a load that began, when nobody removes it.
    CancelToken never;
    TRY(cancel.check());
    TRY(run_checked(cli_command({"load", "--quiet", "--input", archive.string()}), never));
    return cancel.check();
  }

  Result<std::string> make_network(const CancelToken& cancel) override {
    std::string name = fmt::format("whittle-{}-network-{}", options_.run_id, ++networks_);
    TRY(api_.create_network(name, options_.run_id, cancel));
    return name;
  }

  Result<std::string> make_volume(const CancelToken& cancel) override {
    std::string name = fmt::format("whittle-{}-volume-{}", options_.run_id, ++volumes_);
    TRY(api_.create_volume(name, options_.run_id, cancel));
    return name;
  }

  Status remove_network(const std::string& name) override { return api_.remove_network(name); }

  Status remove_volume(const std::string& name) override { return api_.remove_volume(name); }

  Status remove_image(const std::string& image) override { return api_.remove_image(image, false); }

  Status remove_all_of_run() override {
    using Kind = DockerApi::Kind;
    Status first;
    auto keep = [&](Status status) {
      if (first.ok() && !status.ok()) first = std::move(status);
    };
    auto each = [&](Kind kind, auto remove) {
      Result<std::vector<std::string>> ids = api_.labelled(kind, options_.run_id);
      if (!ids.ok()) return keep(std::move(ids).error());
      for (const std::string& id : *ids) keep(remove(id));
    };
    each(Kind::Containers, [&](const std::string& id) { return api_.remove_container(id); });
    each(Kind::Networks, [&](const std::string& id) { return api_.remove_network(id); });
    each(Kind::Volumes, [&](const std::string& name) { return api_.remove_volume(name); });
    each(Kind::Images, [&](const std::string& id) { return api_.remove_image(id, true); });
    remove_made_images();
    return first;
  }

 private:
  // Newest first. The daemon may still be removing the container of a step that was cancelled.
  void remove_made_images() {
    std::lock_guard lock(mutex_);
    for (int round = 0; round < kRemoveRounds && !made_images_.empty(); ++round) {
      if (round > 0) std::this_thread::sleep_for(std::chrono::milliseconds(kRemovePauseMs));
      std::vector<std::string> used;
      for (auto id = made_images_.rbegin(); id != made_images_.rend(); ++id) {
        Result<bool> done = api_.remove_unnamed_image(*id);
        if (done.ok() && !*done) used.insert(used.begin(), *id);
      }
      made_images_ = std::move(used);
    }
    made_images_.clear();
  }

  Command cli_command(std::vector<std::string> args) const {
    Command command;
    command.args = std::move(args);
    command.args.insert(command.args.begin(), cli_.program.string());
    command.env = {{"DOCKER_HOST", api_.endpoint().host},
                   {"DOCKER_BUILDKIT", cli_.buildkit ? "1" : "0"},
                   {"BUILDX_NO_DEFAULT_ATTESTATIONS", "1"},
                   {"DOCKER_CLI_HINTS", "false"},
                   {"DOCKER_SCAN_SUGGEST", "false"}};
    command.unset_env = {"DOCKER_CONTEXT", "BUILDX_BUILDER", "BUILDKIT_PROGRESS"};
    return command;
  }

  Command build_command(const BuildRequest& request) const {
    Command command = cli_command(
        {"build", "-t", request.tag, "-f", (request.context / request.dockerfile).string()});
    std::vector<std::string>& args = command.args;
    auto add = [&](std::initializer_list<std::string> more) { args.insert(args.end(), more); };
    if (cli_.buildkit) {
      add({"--progress=plain"});
    } else {
      add({"--force-rm"});
    }
    if (request.label) add({"--label", fmt::format("{}={}", kRunLabel, options_.run_id)});
    for (const auto& [key, value] : request.build_args) add({"--build-arg", key + "=" + value});
    if (!request.target.empty()) add({"--target", request.target});
    if (!request.network.empty()) add({"--network", request.network});
    if (request.no_cache) add({"--no-cache"});
    args.insert(args.end(), request.extra_args.begin(), request.extra_args.end());
    args.push_back(request.context.string());
    return command;
  }

  // The API has no words for `docker run` options; the program knows them.
  Result<std::string> create_by_cli(const RunRequest& request,
                                    const std::string& name,
                                    const CancelToken& cancel) {
    Command command = cli_command(
        {"create", "--name", name, "--label", fmt::format("{}={}", kRunLabel, options_.run_id)});
    std::vector<std::string>& args = command.args;
    for (const auto& [key, value] : request.env) args.insert(args.end(), {"-e", key + "=" + value});
    for (uint16_t port : request.publish)
      args.insert(args.end(), {"-p", fmt::format("127.0.0.1::{}", port)});
    if (request.memory_bytes > 0) {
      std::string bytes = std::to_string(request.memory_bytes);
      args.insert(args.end(), {"--memory", bytes, "--memory-swap", bytes});
    }
    add_run_options(request, args);
    command.timeout_ms = kCreateTimeoutMs;
    TRY_ASSIGN(CommandResult result, run_checked(command, cancel));
    return std::string(trim(result.out));
  }

  DockerApi api_;
  DockerCli cli_;
  EngineOptions options_;
  std::atomic<unsigned> containers_{0};
  std::atomic<unsigned> networks_{0};
  std::atomic<unsigned> volumes_{0};
  std::mutex mutex_;  // of made_images_
  std::vector<std::string> made_images_;
  ExportedImages exported_;
};

// The context that the `docker` program uses when DOCKER_HOST is not set; "" for the default one.
std::string current_context() {
  if (const char* named = std::getenv("DOCKER_CONTEXT"); named != nullptr && *named != '\0')
    return named;
  const char* folder = std::getenv("DOCKER_CONFIG");
  const char* home = std::getenv("HOME");
  if (folder == nullptr && home == nullptr) return "";
  fs::path file =
      folder != nullptr ? fs::path(folder) / "config.json" : fs::path(home) / ".docker/config.json";
  Result<std::string> text = read_file(file, kDefaultMaxJsonBytes);
  if (!text.ok()) return "";
  nlohmann::json config = nlohmann::json::parse(*text, nullptr, false);
  if (!config.is_object() || !config.contains("currentContext")) return "";
  const nlohmann::json& value = config["currentContext"];
  return value.is_string() ? value.get<std::string>() : "";
}

Result<DockerEndpoint> find_endpoint(const DockerCli& cli, const CancelToken& cancel) {
  const char* host = std::getenv("DOCKER_HOST");
  bool is_set = host != nullptr && *host != '\0';
  std::string context = is_set ? "" : current_context();
  std::string text = is_set ? host : std::string(kDefaultHost);
  bool is_default = context.empty() || context == "default";
  if (!is_default) {
    Command command;
    command.args = {cli.program.string(),
                    "context",
                    "inspect",
                    context,
                    "--format",
                    "{{.Endpoints.docker.Host}}"};
    command.timeout_ms = kAskTimeoutMs;
    TRY_ASSIGN(CommandResult result, run_checked(command, cancel));
    text = trim(result.out);
  }
  TRY_ASSIGN(DockerEndpoint endpoint, parse_docker_host(text));
  endpoint.is_default = is_default;
  return endpoint;
}

}  // namespace

Result<std::unique_ptr<Engine>> open_docker(const EngineOptions& options,
                                            const CancelToken& cancel) {
  std::optional<DockerCli> cli = choose_docker_cli(cancel);
  TRY(cancel.check());
  if (!cli) {
    return Error(ErrorKind::NotFound, "no `docker` program is installed")
        .hint("Install Docker, or use --engine podman");
  }
  TRY_ASSIGN(DockerEndpoint endpoint, find_endpoint(*cli, cancel));
  Result<DockerApi> api = DockerApi::connect(std::move(endpoint), cancel);
  if (!api.ok()) return std::move(api).error().hint("Start the Docker daemon, or set DOCKER_HOST");
  return Result<std::unique_ptr<Engine>>(
      std::make_unique<DockerEngine>(std::move(*api), std::move(*cli), options));
}

}  // namespace whittle
