#include "engine/engine_fixture.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <thread>

#include "base/strings.h"
#include "base/subprocess.h"
#include "engine/simple_dockerfile.h"

namespace whittle {

namespace {

std::string output_of(std::vector<std::string> args) {
  Command command;
  command.args = std::move(args);
  command.timeout_ms = 30'000;
  CancelToken never;
  Result<CommandResult> result = run_command(command, never);
  return result.ok() && result->succeeded() ? result->out : "(cannot list)";
}

}  // namespace

EngineTest::Shared& EngineTest::shared() {
  static std::map<std::string, Shared> engines;
  auto [entry, is_new] = engines.try_emplace(GetParam());
  if (!is_new) return entry->second;
  Shared& made = entry->second;
  made.run_id = fmt::format("t{}x{}", ::getpid(), engines.size());
  Result<TempDir> work = TempDir::make("engine-test");
  if (!work.ok()) return made;
  made.work = std::make_unique<TempDir>(std::move(*work));
  EngineOptions options;
  options.run_id = made.run_id;
  options.work_dir = made.work->path();
  Result<std::unique_ptr<Engine>> engine = open_engine(GetParam(), options, never_);
  if (engine.ok()) made.engine = std::move(*engine);
  if (!engine.ok()) made.why_not = engine.error().message();
  return made;
}

void EngineTest::SetUp() {
  Shared& shared_engine = shared();
  if (shared_engine.engine == nullptr) GTEST_SKIP() << shared_engine.why_not;
  engine_ = shared_engine.engine.get();
  run_id_ = shared_engine.run_id;
  Result<TempDir> context = TempDir::make("engine-context");
  ASSERT_TRUE(context.ok());
  context_ = std::make_unique<TempDir>(std::move(*context));
  fs::copy_file(WHITTLE_TEST_APP, context_->path() / "test_app");
  ASSERT_TRUE(write_file_atomic(context_->path() / "data.txt", "data\n").ok());
}

void EngineTest::TearDown() {
  if (engine_ == nullptr) return;
  Status removed = engine_->remove_all_of_run();
  EXPECT_TRUE(removed.ok()) << removed.error().message();
  EXPECT_EQ(leftovers(), "");
}

std::string EngineTest::image_name(const std::string& tag) const {
  return fmt::format("localhost/whittle-test-{}:{}", tag, run_id_);
}

Result<BuildRecord> EngineTest::build(std::string_view dockerfile,
                                      const std::string& tag,
                                      const CancelToken& cancel) {
  TRY(write_file_atomic(context_->path() / "Dockerfile", dockerfile));
  BuildRequest request;
  request.context = context_->path();
  request.dockerfile = "Dockerfile";
  request.tag = image_name(tag);
  request.network = "host";
  request.timeout_ms = 120'000;
  return engine_->build(request, simple_dockerfile(dockerfile), cancel, progress_);
}

BuildRecord EngineTest::build_ok(std::string_view dockerfile, const std::string& tag) {
  Result<BuildRecord> record = build(dockerfile, tag, never_);
  EXPECT_TRUE(record.ok()) << record.error().message();
  if (!record.ok()) return {};
  EXPECT_TRUE(record->ok) << record->log_tail;
  return std::move(*record);
}

std::unique_ptr<Container> EngineTest::start(const std::string& image,
                                             std::vector<std::string> command) {
  RunRequest request;
  request.image = image;
  request.command = std::move(command);
  Result<std::unique_ptr<Container>> container = engine_->run(request, never_);
  EXPECT_TRUE(container.ok()) << container.error().message();
  return container.ok() ? std::move(*container) : nullptr;
}

ContainerState EngineTest::wait_for_end(Container& container) {
  ContainerState last;
  for (int i = 0; i < 100; ++i) {
    Result<ContainerState> state = container.state();
    EXPECT_TRUE(state.ok());
    if (!state.ok()) break;
    last = *state;
    if (!last.running) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_FALSE(last.running);
  return last;
}

std::string EngineTest::leftovers() const {
  std::string label = fmt::format("label={}={}", kRunLabel, run_id_);
  std::string out;
  std::string listed;
  if (GetParam() == "builtin") {
    listed = output_of({"buildah", "images", "--format", "{{.Name}}:{{.Tag}}"}) +
             output_of({"buildah", "containers", "--format", "{{.ContainerName}}"});
  } else {
    listed = output_of({GetParam(), "ps", "-a", "--format", "{{.Names}}"}) +
             output_of({GetParam(), "images", "--format", "{{.Repository}}:{{.Tag}}"});
    out = output_of({GetParam(), "ps", "-aq", "--filter", label}) +
          output_of({GetParam(), "images", "-aq", "--filter", label}) +
          output_of({GetParam(), "network", "ls", "-q", "--filter", label}) +
          output_of({GetParam(), "volume", "ls", "-q", "--filter", label});
  }
  for (std::string_view line : split_lines(listed)) {
    if (contains(line, run_id_)) out += std::string(line) + "\n";
  }
  return out;
}

}  // namespace whittle
