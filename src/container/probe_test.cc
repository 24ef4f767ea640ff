// The logic of probes against an engine that only pretends: what a container does is written down
// in advance.
#include "container/probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/bare_engine.h"

namespace whittle {
namespace {

using testing::HasSubstr;

// How one started container behaves.
struct Script {
  int polls_until_end = -1;  // calls of state() that say "running"; -1: it never ends
  int exit_code = 0;
  bool out_of_memory = false;
  std::string logs;
};

class FakeContainer : public Container {
 public:
  explicit FakeContainer(Script script) : script_(std::move(script)) {}

  const std::string& id() const override { return id_; }

  const std::map<uint16_t, uint16_t>& ports() const override { return ports_; }

  Result<ContainerState> state() override {
    bool running = script_.polls_until_end < 0 || polls_++ < script_.polls_until_end;
    return ContainerState{
        running, running ? 0 : script_.exit_code, !running && script_.out_of_memory};
  }

  Result<std::string> logs(uint64_t max_bytes) override {
    return script_.logs.substr(script_.logs.size() -
                               std::min<size_t>(max_bytes, script_.logs.size()));
  }

 private:
  Script script_;
  std::string id_ = "fake-1";
  std::map<uint16_t, uint16_t> ports_ = {{8080, 1}};  // nobody listens on port 1
  int polls_ = 0;
};

class FakeEngine : public test::BareEngine {
 public:
  std::vector<Script>
      scripts;  // of the containers in the order they are started; the last one repeats
  std::optional<Error> refuses;
  size_t started = 0;

  Result<std::unique_ptr<Container>> run(const RunRequest&, const CancelToken&) override {
    if (refuses) return *refuses;
    size_t index = std::min(started++, scripts.size() - 1);
    return Result<std::unique_ptr<Container>>(std::make_unique<FakeContainer>(scripts[index]));
  }
};

ProbeResult probe(FakeEngine& engine,
                  const RunConfig& config,
                  const ProbeSpec& spec,
                  const ProbeResult* reference = nullptr) {
  CancelToken never;
  NoProgress progress;
  Result<ProbeResult> result = run_probe(engine, "image", config, spec, reference, never, progress);
  EXPECT_TRUE(result.ok()) << result.error().message();
  return result.ok() ? std::move(*result) : ProbeResult{};
}

RunConfig with_port() {
  RunConfig config;
  config.exposed_ports = {"8080/tcp"};
  return config;
}

ProbeSpec quick() {
  ProbeSpec spec;
  spec.watch_ms = 100;
  spec.start_timeout_ms = 300;
  return spec;
}

TEST(ProbeTest, AnEarlyExitFailsWithItsLastLines) {
  FakeEngine engine;
  engine.scripts = {{1, 9, true, "one\nthe \x1b[31mreason\n"}};
  ProbeResult result = probe(engine, with_port(), quick());
  EXPECT_FALSE(result.passed);
  ASSERT_EQ(result.checks.size(), 1U);
  EXPECT_EQ(result.checks[0].name, "starts");
  EXPECT_THAT(result.checks[0].observed, HasSubstr("exit code 9"));
  EXPECT_THAT(result.checks[0].observed, HasSubstr("out of memory"));
  EXPECT_EQ(result.checks[0].detail, "one\nthe reason");
  EXPECT_THAT(result.log_tail, HasSubstr("the reason"));
}

TEST(ProbeTest, ASilentPortFailsAfterItsTime) {
  FakeEngine engine;
  engine.scripts = {{}};
  ProbeResult result = probe(engine, with_port(), quick());
  EXPECT_FALSE(result.passed);
  ASSERT_EQ(result.checks.size(), 1U);
  EXPECT_EQ(result.checks[0].name, "port 8080 answers");
  EXPECT_EQ(result.checks[0].observed, "no answer within 0.30 s");
}

TEST(ProbeTest, ACommandThatCannotStartIsAResultAndNoEngineIsAnError) {
  FakeEngine engine;
  engine.refuses = Error(ErrorKind::Invalid, "exec: no such file");
  ProbeResult result = probe(engine, {}, quick());
  EXPECT_FALSE(result.passed);
  EXPECT_EQ(result.checks[0].detail, "exec: no such file");
  engine.refuses = Error(ErrorKind::Failed, "no daemon");
  CancelToken never;
  NoProgress progress;
  EXPECT_FALSE(run_probe(engine, "image", {}, quick(), nullptr, never, progress).ok());
}

TEST(ProbeTest, AWorkerWithoutPortsMustStayUp) {
  FakeEngine engine;
  engine.scripts = {{}};
  ProbeResult original = probe(engine, {}, quick());
  EXPECT_TRUE(original.passed);
  EXPECT_EQ(original.checks[0].name, "stays up for 0.3 s");
  EXPECT_FALSE(original.exit_code.has_value());
  engine.scripts = {{1, 0, false, "bye\n"}};
  ProbeResult other = probe(engine, {}, quick(), &original);
  EXPECT_FALSE(other.passed);
  EXPECT_EQ(other.checks[0].name, "stays up for 0.3 s");
}

TEST(ProbeTest, OutputThatVariesIsNotCompared) {
  FakeEngine engine;
  engine.scripts = {{0, 0, false, "at 10:00\n"}, {0, 0, false, "at 10:01\n"}};
  ProbeResult original = probe(engine, {}, quick());
  EXPECT_TRUE(original.passed);
  EXPECT_FALSE(original.output_is_stable);
  EXPECT_THAT(original.checks[0].observed, HasSubstr("varies from run to run"));
  EXPECT_TRUE(probe(engine, {}, quick(), &original).passed);
}

TEST(ProbeTest, ExitCodeAndStableOutputAreCompared) {
  FakeEngine engine;
  engine.scripts = {{0, 2, false, "usage\n"}};
  ProbeResult original = probe(engine, {}, quick());
  EXPECT_TRUE(original.passed);
  EXPECT_EQ(original.exit_code, 2);
  engine.scripts = {{0, 1, false, "usage\n"}};
  EXPECT_FALSE(probe(engine, {}, quick(), &original).passed);
  engine.scripts = {{0, 2, false, "other\n"}};
  ProbeResult other = probe(engine, {}, quick(), &original);
  EXPECT_FALSE(other.passed);
  EXPECT_THAT(other.checks[0].detail, HasSubstr("usage"));
  engine.scripts = {{0, 127, false, "sh: not found\n"}};
  EXPECT_FALSE(probe(engine, {}, quick()).passed)
      << "a command that is not found is a failure on the original, too";
}

TEST(ProbeTest, ShellProbesGetTheirEnvironment) {
  FakeEngine engine;
  engine.scripts = {{}};
  ProbeSpec spec = quick();
  spec.shell = {"test \"$IMAGE $HOST $WHITTLE_CONTAINER\" = 'image 127.0.0.1 fake-1'",
                "echo oh; echo no >&2; exit 4"};
  ProbeResult result = probe(engine, {}, spec);
  ASSERT_EQ(result.checks.size(), 2U);
  EXPECT_TRUE(result.checks[0].passed) << result.checks[0].detail;
  EXPECT_EQ(result.checks[1].observed, "exit code 4");
  EXPECT_THAT(result.checks[1].detail, HasSubstr("no"));
  EXPECT_FALSE(result.passed);
}

TEST(ProbeTest, AShellProbeThatHangsIsEnded) {
  FakeEngine engine;
  engine.scripts = {{}};
  ProbeSpec spec = quick();
  spec.shell = {"sleep 60"};
  spec.probe_timeout_ms = 200;
  ProbeResult result = probe(engine, {}, spec);
  EXPECT_FALSE(result.passed);
  EXPECT_EQ(result.checks[0].observed, "not done within 0.20 s");
}

TEST(ProbeTest, AnHttpProbeNeedsAPort) {
  FakeEngine engine;
  engine.scripts = {{}};
  ProbeSpec spec = quick();
  spec.http = {HttpProbe{}};
  ProbeResult result = probe(engine, {}, spec);
  EXPECT_FALSE(result.passed);
  EXPECT_EQ(result.checks[0].detail, "the image exposes no TCP port");
}

TEST(ProbeTest, ACancellationIsAnError) {
  FakeEngine engine;
  engine.scripts = {{}};
  CancelToken cancelled;
  cancelled.cancel();
  NoProgress progress;
  Result<ProbeResult> result =
      run_probe(engine, "image", with_port(), quick(), nullptr, cancelled, progress);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind(), ErrorKind::Cancelled);
}

}  // namespace
}  // namespace whittle
