#include "container/engines/oci_runtime.h"

#include <fmt/format.h>

#include <chrono>

#include "base/strings.h"
#include "base/subprocess.h"
#include "container/engines/oci_bundle.h"
#include "container/tcp.h"
#include "container/tiny_program.h"

namespace whittle {

namespace {

constexpr uint64_t kStartMs = 30'000;
constexpr uint64_t kDeleteMs = 20'000;
constexpr uint64_t kPollMs = 20;
constexpr uint64_t kMaxErrorLog = 1ULL << 20;

fs::path error_log(const fs::path& bundle) {
  return bundle / "runtime.log";
}

// What crun and runc say when the image's command is at fault.
bool is_command_fault(std::string_view text) {
  for (std::string_view mark : {"executable file",
                                "exec format error",
                                "exec: ",
                                "exec user process",
                                "not found in $PATH",
                                "chdir to cwd",
                                "permission denied: unknown"}) {
    if (contains(text, mark)) return true;
  }
  return false;
}

}  // namespace

void delete_container(const OciRuntime& runtime, const std::string& id) {
  CancelToken never;
  Command remove;
  remove.args = {runtime.program, "--root", runtime.state.string(), "delete", "--force", id};
  remove.timeout_ms = kDeleteMs;
  Result<CommandResult> ignored = run_command(remove, never);
}

BundleRun::BundleRun(OciRuntime runtime, std::string id, fs::path bundle)
    : runtime_(std::move(runtime)), id_(std::move(id)), bundle_(std::move(bundle)) {}

BundleRun::~BundleRun() {
  delete_container(runtime_, id_);
  stop_.cancel();  // the runtime itself, should it hang
  if (thread_.joinable()) thread_.join();
}

void BundleRun::run() {
  Command command;
  // The shell puts both streams into one pipe and then is the runtime.
  std::vector<std::string> words = {"/bin/sh", "-c", "exec \"$@\" 2>&1", "sh", runtime_.program};
  words.insert(words.end(),
               {"--root", runtime_.state.string(), "--log", error_log(bundle_).string()});
  words.insert(
      words.end(),
      {"run", "--bundle", bundle_.string(), "--pid-file", (bundle_ / "pid").string(), id_});
  command.args = std::move(words);
  command.max_output_bytes = 4096;
  command.on_line = [&](std::string_view line, bool) {
    std::lock_guard lock(mutex_);
    tail_.add(line);
    tail_.add("\n");
  };
  Result<CommandResult> result = run_command(command, stop_);
  exit_code_ = result.ok() ? result->exit_code : 255;
  ended_ = true;
}

std::string BundleRun::logs(uint64_t max_bytes) {
  std::lock_guard lock(mutex_);
  ByteTail copy = tail_;
  std::string text = copy.take();
  return text.size() > max_bytes ? text.substr(text.size() - max_bytes) : text;
}

Status BundleRun::signal(const std::string& name) const {
  if (ended_) return {};
  CancelToken never;
  Command kill;
  kill.args = {runtime_.program, "--root", runtime_.state.string(), "kill", id_, name};
  kill.timeout_ms = kDeleteMs;
  TRY_ASSIGN(CommandResult result, run_command(kill, never));
  bool is_over = result.succeeded() || ended_ || contains(result.err, "not running") ||
                 contains(result.err, "does not exist") || contains(result.err, "already finished");
  if (is_over) return {};
  return Error(runtime_.program + " kill: " + printable(trim(last_lines(result.err, 2))));
}

Result<CommandResult> BundleRun::exec(const std::vector<std::string>& command,
                                      const std::string& user,
                                      uint64_t timeout_ms,
                                      const CancelToken& cancel) const {
  Command run;
  run.args = {runtime_.program, "--root", runtime_.state.string(), "exec"};
  if (!user.empty()) run.args.insert(run.args.end(), {"--user", user});
  run.args.push_back(id_);
  run.args.insert(run.args.end(), command.begin(), command.end());
  run.timeout_ms = timeout_ms;
  return run_command(run, cancel);
}

Status BundleRun::why_not_started() const {
  Result<std::string> log = read_file(error_log(bundle_), kMaxErrorLog);
  if (!log.ok() || trim(*log).empty()) return {};
  std::string why = runtime_.program + ": " + printable(trim(last_lines(*log, 2)));
  return Error(is_command_fault(why) ? ErrorKind::Invalid : ErrorKind::Failed, why);
}

Status BundleRun::wait_until_started(const CancelToken& cancel) {
  for (uint64_t waited = 0; waited < kStartMs; waited += kPollMs) {
    Result<std::string> text = read_file(bundle_ / "pid", 64);
    if (text.ok() && !ended_) {
      pid_ = static_cast<int>(parse_u64(trim(*text)).value_or(0));
      if (pid_ > 0) return {};
    }
    if (ended_) return exit_code_ == 0 ? Status() : why_not_started();
    TRY(sleep_ms(kPollMs, cancel));
  }
  return Error(runtime_.program + " does not start the container");
}

Result<std::unique_ptr<BundleRun>> BundleRun::start(const OciRuntime& runtime,
                                                    const std::string& id,
                                                    const fs::path& bundle,
                                                    const CancelToken& cancel) {
  std::unique_ptr<BundleRun> run(new BundleRun(runtime, id, bundle));
  run->thread_ = std::thread(&BundleRun::run, run.get());
  TRY(run->wait_until_started(cancel));
  return run;
}

Result<bool> runtime_works(const OciRuntime& runtime,
                           const std::string& id,
                           const CancelToken& cancel,
                           std::string* why) {
  if (tiny_program().empty()) return true;
  TRY_ASSIGN(TempDir bundle, TempDir::make("try"));
  TRY(make_dirs(bundle.path() / "rootfs"));
  TRY(write_tiny_program(bundle.path() / "rootfs/program"));
  BundleSpec spec;
  spec.config.cmd = {"/program"};
  spec.rootfs = bundle.path() / "rootfs";
  spec.hostname = "whittle";
  spec.unprivileged_ports = false;
  TRY_ASSIGN(std::string config, bundle_config(spec));
  TRY(write_file_atomic(bundle.path() / "config.json", config));
  Result<std::unique_ptr<BundleRun>> run = BundleRun::start(runtime, id, bundle.path(), cancel);
  if (!run.ok()) {
    if (run.error().kind() == ErrorKind::Cancelled) return std::move(run).error();
    *why = run.error().message();
    return false;
  }
  for (uint64_t waited = 0; !(*run)->ended() && waited < kStartMs; waited += kPollMs)
    TRY(sleep_ms(kPollMs, cancel));
  if ((*run)->ended() && (*run)->exit_code() == 0) return true;
  *why = fmt::format("{}: exit code {}", runtime.program, (*run)->exit_code());
  return false;
}

}  // namespace whittle
