#include "container/buildah_build.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/mount.h>

#include <algorithm>

#include "base/strings.h"
#include "base/subprocess.h"
#include "container/log_tail.h"
#include "container/tiny_program.h"

namespace whittle {

namespace {

constexpr uint64_t kShortMs = 30'000;  // listing and removing
constexpr uint64_t kTryMs = 60'000;    // one trial build
constexpr uint64_t kMaxMountsBytes = 16ULL << 20;

// The ways to run a RUN, best first: as configured, with each runtime that is installed, without a
// container.
std::vector<std::vector<std::string>> all_ways(std::string_view default_runtime) {
  std::vector<std::vector<std::string>> ways = {{}};
  for (const char* runtime : {"crun", "runc"}) {
    if (runtime != default_runtime && !find_program(runtime).empty())
      ways.push_back({"--runtime", runtime});
  }
  ways.push_back({"--isolation", "chroot"});
  return ways;
}

bool chooses_itself(const std::vector<std::string>& args) {
  return std::any_of(args.begin(), args.end(), [](const std::string& arg) {
    return arg.starts_with("--isolation") || arg.starts_with("--runtime");
  });
}

// "registry/team/name:tag" gives "name", which working containers are named after.
std::string_view last_part(std::string_view image) {
  image = image.substr(0, image.find('@'));
  size_t slash = image.rfind('/');
  if (slash != std::string_view::npos) image.remove_prefix(slash + 1);
  return image.substr(0, image.find(':'));
}

// Unmounts what is mounted below `folder`, deepest first.
void unmount_below(const fs::path& folder) {
  Result<std::string> mounts = read_file("/proc/self/mounts", kMaxMountsBytes);
  if (!mounts.ok()) return;
  std::vector<std::string> targets;
  for (std::string_view line : split_lines(*mounts)) {
    std::vector<std::string_view> fields = split_blanks(line);
    if (fields.size() > 1 && fields[1].starts_with(folder.string() + "/"))
      targets.emplace_back(fields[1]);
  }
  std::sort(targets.rbegin(), targets.rend());
  for (const std::string& target : targets) ::umount2(target.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
}

}  // namespace

Command BuildahBuilder::command(Words args) const {
  Command out;
  out.args = std::move(args);
  out.args.insert(out.args.begin(), family_.program);
  out.env = {{"TMPDIR", temp().string()}};
  return out;
}

Command BuildahBuilder::build_command(const BuildRequest& request, const Words& way) const {
  Command out = command({family_.verb, "--layers", "--force-rm", "-t", request.tag});
  Words& args = out.args;
  args.insert(args.end(), {"-f", (request.context / request.dockerfile).string()});
  args.insert(args.end(), way.begin(), way.end());
  for (const auto& [key, value] : request.build_args)
    args.insert(args.end(), {"--build-arg", key + "=" + value});
  if (!request.target.empty()) args.insert(args.end(), {"--target", request.target});
  if (!request.network.empty()) args.insert(args.end(), {"--network", request.network});
  if (request.no_cache) args.push_back("--no-cache");
  args.insert(args.end(), request.extra_args.begin(), request.extra_args.end());
  args.push_back(request.context.string());
  return out;
}

Result<bool> BuildahBuilder::way_works(const Words& way,
                                       const std::string& network,
                                       const CancelToken& cancel,
                                       std::string* why) {
  TRY_ASSIGN(TempDir context, TempDir::make("try"));
  TRY(write_tiny_program(context.path() / "program"));
  TRY(write_file_atomic(context.path() / "Dockerfile",
                        "FROM scratch\nCOPY program /program\nRUN [\"/program\"]\n"));
  BuildRequest request;
  request.context = context.path();
  request.dockerfile = "Dockerfile";
  request.tag = fmt::format("localhost/whittle-try:{}", options_.run_id);
  request.network = network;
  request.extra_args = {"--layers=false"};  // no cached step, no intermediate image
  Command trial = build_command(request, way);
  trial.timeout_ms = kTryMs;
  std::set<std::string> before = working_containers();
  Result<CommandResult> result = run_command(trial, cancel);
  if (!result.ok() || !result->succeeded()) clean_up(before, {}, {});
  CancelToken never;
  Command removal = command({"rmi", "-f", request.tag});
  removal.timeout_ms = kShortMs;
  Result<CommandResult> ignored = run_command(removal, never);
  TRY_ASSIGN(CommandResult done, std::move(result));
  *why = last_lines(done.err, 3);
  return done.succeeded();
}

Result<std::vector<std::string>> BuildahBuilder::find_way(const BuildRequest& request,
                                                          const CancelToken& cancel) {
  if (tiny_program().empty() || chooses_itself(request.extra_args)) return Words();
  for (const auto& [network, way] : ways_) {
    if (network == request.network) return way;
  }
  std::string reasons;
  for (const Words& way : all_ways(family_.default_runtime)) {
    std::string why;
    TRY_ASSIGN(bool works, way_works(way, request.network, cancel, &why));
    if (works) {
      ways_.emplace_back(request.network, way);
      return way;
    }
    reasons += fmt::format(
        "\n  {}: {}", way.empty() ? "as configured" : join(way, " "), printable(trim(why)));
  }
  return Error(fmt::format("{} cannot run a command in a build on this machine:{}",
                           family_.program,
                           reasons))
      .hint("Run as root, or give build options that work here");
}

std::set<std::string> BuildahBuilder::working_containers() const {
  CancelToken never;
  Command list = command(family_.list_working);
  list.timeout_ms = kShortMs;
  Result<CommandResult> result = run_command(list, never);
  std::set<std::string> lines;
  if (!result.ok() || !result->succeeded()) return lines;
  for (std::string_view line : split_lines(result->out)) lines.emplace(trim(line));
  return lines;
}

// A build that was killed leaves its RUN running: its bundle in our temporary folder says under
// which name.
void BuildahBuilder::end_runs_in_temp() const {
  CancelToken never;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(temp(), error)) {
    if (!fs::exists(entry.path() / "pid", error)) continue;
    for (const char* runtime : {"crun", "runc"}) {
      if (find_program(runtime).empty()) continue;
      Command remove;
      remove.args = {runtime, "delete", "--force", "buildah-" + entry.path().filename().string()};
      remove.timeout_ms = kShortMs;
      Result<CommandResult> ignored = run_command(remove, never);
    }
  }
}

void BuildahBuilder::clean_up(const std::set<std::string>& before,
                              const Dockerfile& file,
                              const BuildRun& run) const {
  CancelToken never;
  end_runs_in_temp();
  // Named after the image that it began with: "debian-working-container",
  // "5e34f84b5869-working-container-1".
  auto is_ours = [&](std::string_view name) {
    size_t end = name.find("working-container");
    if (end == std::string_view::npos) return false;
    std::string_view image = name.substr(0, end > 0 ? end - 1 : 0);
    if (image.empty()) return true;  // of scratch
    bool seen =
        std::any_of(run.seen_images.begin(), run.seen_images.end(), [&](const std::string& id) {
          return id.starts_with(image) || image.starts_with(id);
        });
    return seen || std::any_of(file.stages.begin(), file.stages.end(), [&](const Stage& stage) {
             return last_part(stage.base) == image;
           });
  };
  for (const std::string& line : working_containers()) {
    std::vector<std::string_view> fields = split_blanks(line);
    if (before.count(line) > 0 || fields.size() != 2 || !is_ours(fields[1])) continue;
    Command remove = command(family_.remove_working);
    remove.args.emplace_back(fields[0]);
    remove.timeout_ms = kShortMs;
    Result<CommandResult> ignored = run_command(remove, never);
  }
  unmount_below(temp());
  std::error_code error;
  fs::remove_all(temp(), error);
  fs::create_directories(temp(), error);
}

Result<BuildRecord> BuildahBuilder::build(const BuildRequest& request,
                                          const Dockerfile& file,
                                          const CancelToken& cancel,
                                          Progress& progress) {
  TRY(make_dirs(temp()));
  TRY_ASSIGN(Words way, find_way(request, cancel));
  if (request.label) trial_tags_.push_back(request.tag);
  std::set<std::string> before = working_containers();
  BuildRun run;
  Status status = run_build(
      build_command(request, way), BuilderKind::Buildah, request, file, cancel, progress, &run);
  if (!status.ok() || !run.record.ok) clean_up(before, file, run);
  made_images_.insert(made_images_.end(), run.made_images.begin(), run.made_images.end());
  TRY(std::move(status));
  return std::move(run.record);
}

bool BuildahBuilder::park(const std::string& image) {
  auto trial = std::find(trial_tags_.begin(), trial_tags_.end(), image);
  if (trial == trial_tags_.end()) return false;
  CancelToken never;
  std::string parked = fmt::format("localhost/whittle-parked:{}-{}", options_.run_id, ++parked_);
  for (const Words& args : {Words{"tag", image, parked}, Words{"rmi", image}}) {
    Command step = command(args);
    step.timeout_ms = kShortMs;
    Result<CommandResult> result = run_command(step, never);
    if (!result.ok() || !result->succeeded()) return false;
  }
  *trial = parked;
  return true;
}

void BuildahBuilder::remove_images_of_run() {
  CancelToken never;
  for (const std::string& tag : trial_tags_) {
    Command remove = command(family_.remove_image);
    remove.args.push_back(tag);
    remove.timeout_ms = kShortMs;
    Result<CommandResult> ignored = run_command(remove, never);
  }
  trial_tags_.clear();
  if (made_images_.empty()) return;
  Command list = command(family_.list_images);
  list.timeout_ms = kShortMs;
  Result<CommandResult> images = run_command(list, never);
  Words nameless;
  for (std::string_view line :
       split_lines(images.ok() ? std::string_view(images->out) : std::string_view())) {
    std::vector<std::string_view> fields = split_blanks(line);
    if (fields.size() != 2 || fields[1] != "<none>") continue;
    nameless.emplace_back(fields[0].starts_with("sha256:") ? fields[0].substr(7) : fields[0]);
  }
  for (auto id = made_images_.rbegin(); id != made_images_.rend(); ++id) {
    bool is_nameless = std::any_of(nameless.begin(), nameless.end(), [&](const std::string& full) {
      return full.starts_with(*id);
    });
    if (!is_nameless) continue;
    Command remove = command(family_.remove_image);
    remove.args.push_back(*id);
    remove.timeout_ms = kShortMs;
    Result<CommandResult> ignored = run_command(remove, never);
  }
  made_images_.clear();
}

}  // namespace whittle
