// What every engine owes: builds with records of their steps, runs, probes, and nothing left
// behind.
#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "base/strings.h"
#include "container/packed_files.h"
#include "engine/engine_fixture.h"

namespace whittle {
namespace {

using testing::HasSubstr;

constexpr std::string_view kServer = R"(FROM scratch AS tools
COPY test_app /test_app
RUN ["/test_app", "write", "/made.txt", "made"]
FROM scratch
ENV GREETING=hello
WORKDIR /work
COPY --from=tools /test_app /test_app
COPY --from=tools /made.txt made.txt
COPY data.txt .
EXPOSE 8080
CMD ["/test_app", "serve", "8080", "200", "text/html", "<p>hi</p>"]
)";

RunConfig config_with_port() {
  RunConfig config;
  config.exposed_ports = {"8080/tcp"};
  return config;
}

const BuildStep* step_of(const BuildRecord& record, uint32_t instruction) {
  for (const BuildStep& step : record.steps) {
    if (step.instruction == instruction) return &step;
  }
  return nullptr;
}

TEST_P(EngineTest, BuildsAndRecordsItsSteps) {
  BuildRecord record = build_ok(kServer, "server");
  EXPECT_NE(record.image_id, "");
  EXPECT_FALSE(record.failed_instruction.has_value());
  for (uint32_t instruction : {1U, 2U, 5U, 6U, 7U, 8U}) {
    const BuildStep* step = step_of(record, instruction);
    ASSERT_NE(step, nullptr) << instruction << "\n" << record.log_tail;
    EXPECT_FALSE(step->failed);
  }
  EXPECT_THAT(step_of(record, 2)->text, HasSubstr("made.txt"));
  EXPECT_GT(record.seconds, 0);

  BuildRecord again = build_ok(kServer, "server2");
  for (uint32_t instruction : {2U, 8U}) {
    const BuildStep* step = step_of(again, instruction);
    ASSERT_NE(step, nullptr);
    EXPECT_TRUE(step->cached) << again.log_tail;
  }
}

TEST_P(EngineTest, RecordsTheSecondsOfASlowStep) {
  // Another run's step must not be the cache's answer.
  auto now = std::chrono::system_clock::now().time_since_epoch().count();
  BuildRecord record =
      build_ok("FROM scratch\nCOPY test_app /test_app\nENV NOW=" + std::to_string(now) +
                   "\nRUN [\"/test_app\", \"wait\", \"2\"]\n",
               "slow");
  const BuildStep* step = step_of(record, 3);
  ASSERT_NE(step, nullptr) << record.log_tail;
  EXPECT_FALSE(step->cached);
  EXPECT_GE(step->seconds, 1.9);
  EXPECT_LT(step->seconds, record.seconds + 0.2);
}

TEST_P(EngineTest, NamesTheStepThatFails) {
  Result<BuildRecord> record = build(
      "FROM scratch\nCOPY test_app /test_app\nENV A=1\nRUN [\"/test_app\", \"print\", \"3\", "
      "\"going\", \"wrong\"]\n",
      "fails",
      never_);
  ASSERT_TRUE(record.ok()) << record.error().message();
  EXPECT_FALSE(record->ok);
  EXPECT_EQ(record->failed_instruction, 3U) << record->log_tail;
  EXPECT_THAT(record->log_tail, HasSubstr("going wrong"));
  Result<bool> there = engine_->has_image(image_name("fails"), never_);
  ASSERT_TRUE(there.ok());
  EXPECT_FALSE(*there);
}

TEST_P(EngineTest, NamesTheCopyThatFails) {
  Result<BuildRecord> record =
      build("FROM scratch\nCOPY test_app /test_app\nCOPY missing.txt /\n", "fails", never_);
  ASSERT_TRUE(record.ok()) << record.error().message();
  EXPECT_FALSE(record->ok);
  EXPECT_EQ(record->failed_instruction, 2U) << record->log_tail;
}

TEST_P(EngineTest, KnowsTagsAndRemovesImages) {
  build_ok(kServer, "server");
  ASSERT_TRUE(engine_->tag(image_name("server"), image_name("other"), never_).ok());
  EXPECT_TRUE(engine_->has_image(image_name("other"), never_).value());
  EXPECT_TRUE(engine_->remove_image(image_name("other")).ok());
  EXPECT_FALSE(engine_->has_image(image_name("other"), never_).value());
  EXPECT_TRUE(engine_->has_image(image_name("server"), never_).value());
  EXPECT_TRUE(engine_->remove_image(image_name("other")).ok()) << "a missing image is no error";
}

TEST_P(EngineTest, KeepsTheResultOfTheUser) {
  BuildRequest request;
  std::string text =
      "FROM scratch\nCOPY test_app /test_app\nCMD [\"/test_app\", \"print\", \"0\", \"mine\"]\n";
  build_ok(text, "trial");
  ASSERT_TRUE(write_file_atomic(context_->path() / "Dockerfile", text).ok());
  request.context = context_->path();
  request.dockerfile = "Dockerfile";
  request.network = "host";
  request.tag = "localhost/whittle-kept:" + run_id_.substr(1);
  request.label = false;
  Result<BuildRecord> record = engine_->build(request, Dockerfile{}, never_, progress_);
  ASSERT_TRUE(record.ok()) << record.error().message();
  ASSERT_TRUE(record->ok) << record->log_tail;
  ASSERT_TRUE(engine_->remove_all_of_run().ok());
  EXPECT_FALSE(engine_->has_image(image_name("trial"), never_).value());
  EXPECT_TRUE(engine_->has_image(request.tag, never_).value());
  EXPECT_TRUE(engine_->remove_image(request.tag).ok());
}

TEST_P(EngineTest, RunsAServerWithAPortOnLoopback) {
  build_ok(kServer, "server");
  ProbeSpec spec;
  spec.http = {parse_http_probe("/env=>200").value(), parse_http_probe("HEAD /").value()};
  spec.shell = {
      "test \"$HOST\" = 127.0.0.1 && test -n \"$PORT\" && test \"$PORT\" = \"$PORT_8080\" && test "
      "-n \"$IMAGE\""};
  Result<ProbeResult> result = run_probe(
      *engine_, image_name("server"), config_with_port(), spec, nullptr, never_, progress_);
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_TRUE(result->passed);
  ASSERT_EQ(result->checks.size(), 4U);
  EXPECT_EQ(result->checks[0].observed, "status 200, 5 bytes of text/html");
  EXPECT_THAT(result->log_tail, HasSubstr("listening"));
}

TEST_P(EngineTest, ProbesAutomaticallyAndComparesWithTheOriginal) {
  build_ok(kServer, "server");
  ProbeSpec spec;
  spec.watch_ms = 500;
  Result<ProbeResult> first = run_probe(
      *engine_, image_name("server"), config_with_port(), spec, nullptr, never_, progress_);
  ASSERT_TRUE(first.ok()) << first.error().message();
  EXPECT_TRUE(first->passed);
  ASSERT_EQ(first->checks.size(), 2U);
  EXPECT_EQ(first->checks[0].name, "GET /");
  EXPECT_EQ(first->checks[1].name, "stays up for 0.5 s");

  std::string worse = replace_all(kServer, "text/html", "text/plain");
  build_ok(worse, "worse");
  Result<ProbeResult> second = run_probe(
      *engine_, image_name("worse"), config_with_port(), spec, &*first, never_, progress_);
  ASSERT_TRUE(second.ok()) << second.error().message();
  EXPECT_FALSE(second->passed);
  EXPECT_THAT(second->checks[0].detail,
              HasSubstr("the original answers with status 200, 9 bytes of text/html"));
}

TEST_P(EngineTest, AcceptsAServerOfAnotherProtocol) {
  build_ok(
      "FROM scratch\nCOPY test_app /test_app\nEXPOSE 8080\nCMD [\"/test_app\", \"raw\", "
      "\"8080\"]\n",
      "raw");
  ProbeSpec spec;
  spec.watch_ms = 300;
  Result<ProbeResult> result =
      run_probe(*engine_, image_name("raw"), config_with_port(), spec, nullptr, never_, progress_);
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_TRUE(result->passed) << result->checks[0].detail;
  EXPECT_EQ(result->checks[0].observed, "accepts connections, does not speak HTTP");
}

TEST_P(EngineTest, ReportsAnEarlyExitWithItsLastLines) {
  build_ok(
      "FROM scratch\nCOPY test_app /test_app\nCMD [\"/test_app\", \"print\", \"7\", \"no\", "
      "\"luck\"]\n",
      "exits");
  Result<ProbeResult> result =
      run_probe(*engine_, image_name("exits"), config_with_port(), {}, nullptr, never_, progress_);
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_FALSE(result->passed);
  ASSERT_EQ(result->checks.size(), 1U);
  EXPECT_THAT(result->checks[0].observed, HasSubstr("exit code 7"));
  EXPECT_THAT(result->checks[0].detail, HasSubstr("no luck"));
}

TEST_P(EngineTest, ReportsAPortThatDoesNotAnswer) {
  build_ok("FROM scratch\nCOPY test_app /test_app\nCMD [\"/test_app\", \"wait\", \"60\"]\n",
           "silent");
  ProbeSpec spec;
  spec.start_timeout_ms = 1'500;
  Result<ProbeResult> result = run_probe(
      *engine_, image_name("silent"), config_with_port(), spec, nullptr, never_, progress_);
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_FALSE(result->passed);
  ASSERT_EQ(result->checks.size(), 1U);
  EXPECT_EQ(result->checks[0].name, "port 8080 answers");
  EXPECT_THAT(result->checks[0].detail, HasSubstr("waiting"));
}

TEST_P(EngineTest, ComparesAOneShotCommand) {
  build_ok(
      "FROM scratch\nCOPY test_app /test_app\nCMD [\"/test_app\", \"print\", \"4\", \"usage\"]\n",
      "once");
  ProbeSpec spec;
  Result<ProbeResult> first =
      run_probe(*engine_, image_name("once"), {}, spec, nullptr, never_, progress_);
  ASSERT_TRUE(first.ok()) << first.error().message();
  EXPECT_TRUE(first->passed);
  EXPECT_EQ(first->exit_code, 4);
  EXPECT_EQ(first->output, "usage\n");
  EXPECT_TRUE(first->output_is_stable);
  Result<ProbeResult> same =
      run_probe(*engine_, image_name("once"), {}, spec, &*first, never_, progress_);
  ASSERT_TRUE(same.ok());
  EXPECT_TRUE(same->passed);
  build_ok(
      "FROM scratch\nCOPY test_app /test_app\nCMD [\"/test_app\", \"print\", \"4\", \"other\"]\n",
      "once2");
  Result<ProbeResult> other =
      run_probe(*engine_, image_name("once2"), {}, spec, &*first, never_, progress_);
  ASSERT_TRUE(other.ok());
  EXPECT_FALSE(other->passed);
}

TEST_P(EngineTest, ACommandThatIsMissingIsAFaultOfTheImage) {
  build_ok("FROM scratch\nCOPY test_app /test_app\nCMD [\"/nope\"]\n", "missing");
  Result<ProbeResult> result =
      run_probe(*engine_, image_name("missing"), {}, {}, nullptr, never_, progress_);
  ASSERT_TRUE(result.ok()) << result.error().message();
  EXPECT_FALSE(result->passed);
  EXPECT_EQ(result->checks[0].name, "starts") << result->checks[0].observed;
}

TEST_P(EngineTest, AnImageThatIsMissingIsAnError) {
  RunRequest request;
  request.image = image_name("never-built");
  Result<std::unique_ptr<Container>> container = engine_->run(request, never_);
  ASSERT_FALSE(container.ok());
  EXPECT_EQ(container.error().kind(), ErrorKind::NotFound) << container.error().message();
}

TEST_P(EngineTest, RunsAsTheImageSays) {
  build_ok(
      "FROM scratch\nCOPY test_app /test_app\nWORKDIR /some/where\nUSER 1234:2345\nENTRYPOINT "
      "[\"/test_app\"]\nCMD [\"print\", \"9\"]\n",
      "user");
  std::unique_ptr<Container> container = start(image_name("user"), {"identity"});
  ASSERT_NE(container, nullptr);
  EXPECT_EQ(wait_for_end(*container).exit_code, 0);
  EXPECT_EQ(container->logs(1 << 20).value(), "uid=1234 gid=2345 cwd=/some/where pid=1\n");
}

TEST_P(EngineTest, BoundsTheOutputItReturns) {
  build_ok("FROM scratch\nCOPY test_app /test_app\nENTRYPOINT [\"/test_app\"]\n", "chatty");
  std::unique_ptr<Container> container = start(image_name("chatty"), {"print", "0", "0123456789"});
  ASSERT_NE(container, nullptr);
  wait_for_end(*container);
  EXPECT_EQ(container->logs(5).value(), "6789\n");
}

TEST_P(EngineTest, KeepsTheMemoryLimit) {
  build_ok("FROM scratch\nCOPY test_app /test_app\nENTRYPOINT [\"/test_app\"]\n", "memory");
  RunRequest request;
  request.image = image_name("memory");
  request.command = {"allocate", "512"};
  request.memory_bytes = 64ULL << 20;
  Result<std::unique_ptr<Container>> container = engine_->run(request, never_);
  ASSERT_TRUE(container.ok()) << container.error().message();
  EXPECT_EQ(wait_for_end(**container).exit_code, 137);
}

TEST_P(EngineTest, RemovesTheContainerWithItsObject) {
  build_ok(kServer, "server");
  std::unique_ptr<Container> container = start(image_name("server"), {});
  ASSERT_NE(container, nullptr);
  EXPECT_TRUE(container->state().value().running);
  EXPECT_NE(container->id(), "");
  container.reset();
  ASSERT_TRUE(engine_->remove_image(image_name("server")).ok());
  EXPECT_FALSE(engine_->has_image(image_name("server"), never_).value());
}

TEST_P(EngineTest, VolumesAndNetworksAreOfTheRun) {
  build_ok(kServer, "server");
  Result<std::string> network = engine_->make_network(never_);
  Result<std::string> volume = engine_->make_volume(never_);
  if (GetParam() == "builtin") {
    EXPECT_EQ(network.error().kind(), ErrorKind::Unsupported);
    EXPECT_EQ(volume.error().kind(), ErrorKind::Unsupported);
    return;
  }
  ASSERT_TRUE(network.ok() && volume.ok());
  RunRequest request;
  request.image = image_name("server");
  request.extra_args = {"--network=" + *network, "--volume=" + *volume + ":/data:nocopy"};
  request.command = {"/test_app", "read", "/data/given"};
  request.filled = {{"/data", pack_files({{"given", 0644, "from outside"}})}};
  for (int round = 0; round < 2; ++round) {
    Result<std::unique_ptr<Container>> container = engine_->run(request, never_);
    ASSERT_TRUE(container.ok()) << container.error().message();
    EXPECT_EQ(wait_for_end(**container).exit_code, 0);
    EXPECT_THAT((*container)->logs(1'000).value(), HasSubstr("from outside"));
    request.filled.clear();  // it is in the volume now
  }
  EXPECT_NE(leftovers(), "");
  EXPECT_TRUE(engine_->remove_volume(*volume).ok());
  EXPECT_TRUE(engine_->remove_network(*network).ok());
  EXPECT_TRUE(engine_->remove_network(*network).ok()) << "a missing one";
  ASSERT_TRUE(engine_->make_network(never_).ok() && engine_->make_volume(never_).ok());
  // TearDown() holds remove_all_of_run() against what is left.
}

TEST_P(EngineTest, CancelsABuildAndLeavesNothing) {
  CancelToken cancel;
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(2500));
    cancel.cancel();
  });
  auto start = std::chrono::steady_clock::now();
  Result<BuildRecord> record =
      build("FROM scratch\nCOPY test_app /test_app\nRUN [\"/test_app\", \"wait\", \"40\"]\n",
            "cancelled",
            cancel);
  later.join();
  ASSERT_FALSE(record.ok());
  EXPECT_EQ(record.error().kind(), ErrorKind::Cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(15));
  EXPECT_TRUE(engine_->remove_all_of_run().ok());
  EXPECT_EQ(leftovers(), "");
}

TEST_P(EngineTest, CancelsAProbeAndLeavesNothing) {
  build_ok("FROM scratch\nCOPY test_app /test_app\nCMD [\"/test_app\", \"wait\", \"60\"]\n",
           "silent");
  CancelToken cancel;
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(2500));
    cancel.cancel();
  });
  Result<ProbeResult> result =
      run_probe(*engine_, image_name("silent"), config_with_port(), {}, nullptr, cancel, progress_);
  later.join();
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind(), ErrorKind::Cancelled);
  EXPECT_TRUE(engine_->remove_all_of_run().ok());
  EXPECT_EQ(leftovers(), "");
}

TEST_P(EngineTest, EndsABuildThatTakesTooLong) {
  ASSERT_TRUE(write_file_atomic(
                  context_->path() / "Dockerfile",
                  "FROM scratch\nCOPY test_app /test_app\nRUN [\"/test_app\", \"wait\", \"40\"]\n")
                  .ok());
  BuildRequest request;
  request.context = context_->path();
  request.dockerfile = "Dockerfile";
  request.tag = image_name("late");
  request.network = "host";
  request.timeout_ms = 3'000;
  Result<BuildRecord> record = engine_->build(request, Dockerfile{}, never_, progress_);
  ASSERT_TRUE(record.ok()) << record.error().message();
  EXPECT_FALSE(record->ok);
  EXPECT_THAT(record->log_tail, HasSubstr("took longer than 3.00 s"));
}

TEST_P(EngineTest, GivesATargetForTheImage) {
  build_ok(kServer, "server");
  Result<std::string> target = engine_->image_target(image_name("server"), never_);
  ASSERT_TRUE(target.ok()) << target.error().message();
  size_t colon = target->find(':');
  std::string transport = target->substr(0, colon);
  if (transport == "docker" || transport == "podman") {
    EXPECT_EQ(target->substr(colon + 1), image_name("server"));
  } else {
    EXPECT_TRUE(transport == "docker-archive" || transport == "oci" || transport == "oci-archive")
        << *target;
    EXPECT_TRUE(fs::exists(target->substr(colon + 1, target->find(':', colon + 1) - colon - 1)))
        << *target;
  }
}

INSTANTIATE_TEST_SUITE_P(Engines,
                         EngineTest,
                         testing::Values("docker", "podman", "builtin"),
                         [](const auto& row) { return row.param; });

}  // namespace
}  // namespace whittle
