#include "base/subprocess.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "base/strings.h"

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

Command shell(const std::string& text) {
  Command command;
  command.args = {"/bin/sh", "-c", text};
  return command;
}

CommandResult run_ok(const Command& command) {
  CancelToken never;
  Result<CommandResult> result = run_command(command, never);
  EXPECT_TRUE(result.ok()) << result.error().message();
  return result.ok() ? std::move(*result) : CommandResult{};
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// True once no process of that id is there (at most three seconds).
bool is_gone(pid_t pid) {
  for (int i = 0; i < 60; ++i) {
    if (::kill(pid, 0) != 0 && errno == ESRCH) return true;
    // A zombie that init has not reaped yet is gone for our purpose.
    Result<std::string> stat = read_file("/proc/" + std::to_string(pid) + "/stat", 4096);
    if (!stat.ok() || contains(*stat, ") Z ")) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

TEST(SubprocessTest, SeparatesStreamsAndReportsTheExitCode) {
  CommandResult result = run_ok(shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.signal, 0);
  EXPECT_FALSE(result.succeeded());
}

TEST(SubprocessTest, ReportsSignals) {
  CommandResult result = run_ok(shell("kill -9 $$"));
  EXPECT_EQ(result.signal, 9);
  EXPECT_EQ(result.exit_code, 137);
}

TEST(SubprocessTest, FeedsStandardInput) {
  Command command;
  command.args = {"cat"};
  command.input = std::string(3 << 20, 'x') + "end";
  command.max_output_bytes = 8 << 20;
  CommandResult result = run_ok(command);
  EXPECT_EQ(result.out, command.input);
}

TEST(SubprocessTest, SurvivesAChildThatReadsNothing) {
  Command command = shell("exit 0");
  command.input = std::string(3 << 20, 'x');
  EXPECT_EQ(run_ok(command).exit_code, 0);
  EXPECT_EQ(run_ok(shell("cat")).out, "") << "without input it is at its end";
}

TEST(SubprocessTest, BoundsTheOutputButSeesEveryLine) {
  Command command = shell("i=0; while [ $i -lt 20000 ]; do echo line$i; i=$((i+1)); done");
  command.max_output_bytes = 4000;
  size_t lines = 0;
  std::string last;
  command.on_line = [&](std::string_view line, bool is_stderr) {
    EXPECT_FALSE(is_stderr);
    ++lines;
    last = line;
  };
  CommandResult result = run_ok(command);
  EXPECT_EQ(lines, 20000U);
  EXPECT_EQ(last, "line19999");
  EXPECT_LT(result.out.size(), 4100U);
  EXPECT_TRUE(result.out.starts_with("line0\n"));
  EXPECT_TRUE(result.out.ends_with("line19999\n"));
  EXPECT_THAT(result.out, HasSubstr("left out"));
}

TEST(SubprocessTest, CutsLines) {
  Command command = shell("printf 'a\\r\\n\\nlast'; printf 'e\\n' >&2");
  std::vector<std::string> out;
  std::vector<std::string> err;
  command.on_line = [&](std::string_view line, bool is_stderr) {
    (is_stderr ? err : out).emplace_back(line);
  };
  run_ok(command);
  EXPECT_THAT(out, ElementsAre("a", "", "last"));
  EXPECT_THAT(err, ElementsAre("e"));
}

TEST(SubprocessTest, SetsEnvironmentAndFolder) {
  ::setenv("WHITTLE_TEST_GONE", "1", 1);
  Command command = shell("echo $A ${WHITTLE_TEST_GONE-unset} ${E-none}x; pwd");
  command.env = {{"A", "one two"}, {"E", ""}};
  command.unset_env = {"WHITTLE_TEST_GONE"};
  command.cwd = "/";
  EXPECT_EQ(run_ok(command).out, "one two unset x\n/\n");
  ::unsetenv("WHITTLE_TEST_GONE");
}

TEST(SubprocessTest, WritesToAGivenDescriptor) {
  UniqueFd fd = open_unnamed_temp().value();
  Command command = shell("echo to the file");
  command.stdout_fd = fd.get();
  EXPECT_EQ(run_ok(command).out, "");
  char buffer[64] = "";
  ASSERT_EQ(::pread(fd.get(), buffer, sizeof buffer, 0), 12);
  EXPECT_EQ(std::string(buffer), "to the file\n");
}

TEST(SubprocessTest, ErrorsOfStarting) {
  CancelToken never;
  Command command;
  command.args = {"no-such-program-anywhere"};
  Result<CommandResult> missing = run_command(command, never);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().kind(), ErrorKind::NotFound);
  Command elsewhere = shell("true");
  elsewhere.cwd = "/no/such/folder";
  EXPECT_FALSE(run_command(elsewhere, never).ok());
  CancelToken cancelled;
  cancelled.cancel();
  EXPECT_EQ(run_command(shell("true"), cancelled).error().kind(), ErrorKind::Cancelled);
}

TEST(SubprocessTest, CheckedRunsSayWhatFailed) {
  CancelToken never;
  Result<CommandResult> result =
      run_checked(shell("echo first; echo the reason >&2; exit 7"), never);
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().message(), HasSubstr("exit code 7"));
  EXPECT_THAT(result.error().message(), HasSubstr("the reason"));
  EXPECT_TRUE(run_checked(shell("true"), never).ok());
}

TEST(SubprocessTest, EndsTheWholeGroupAfterItsTime) {
  Command command = shell("sleep 60 & echo $!; wait");
  command.timeout_ms = 300;
  Clock::time_point start = Clock::now();
  CommandResult result = run_ok(command);
  EXPECT_TRUE(result.timed_out);
  EXPECT_FALSE(result.succeeded());
  EXPECT_LT(seconds_since(start), 5);
  auto grandchild = static_cast<pid_t>(parse_u64(trim(result.out)).value_or(0));
  ASSERT_GT(grandchild, 0);
  EXPECT_TRUE(is_gone(grandchild));
}

TEST(SubprocessTest, KillsWhatIgnoresTheFriendlySignal) {
  Command command = shell("trap '' TERM; while :; do sleep 0.1; done");
  command.timeout_ms = 200;
  Clock::time_point start = Clock::now();
  CommandResult result = run_ok(command);
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.signal, SIGKILL);
  EXPECT_LT(seconds_since(start), 8);
}

TEST(SubprocessTest, EndsOnCancellation) {
  CancelToken cancel;
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    cancel.cancel();
  });
  Clock::time_point start = Clock::now();
  Result<CommandResult> result = run_command(shell("sleep 60"), cancel);
  later.join();
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind(), ErrorKind::Cancelled);
  EXPECT_LT(seconds_since(start), 5);
}

TEST(SubprocessTest, DoesNotWaitForAGrandchildThatHoldsThePipes) {
  Command command = shell("sleep 30 & echo $!");
  Clock::time_point start = Clock::now();
  CommandResult result = run_ok(command);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_LT(seconds_since(start), 8);
  auto grandchild = static_cast<pid_t>(parse_u64(trim(result.out)).value_or(0));
  ASSERT_GT(grandchild, 0);
  ::kill(grandchild, SIGKILL);
}

TEST(SubprocessTest, RunsFromSeveralThreads) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 10; ++i) {
        std::string text = std::to_string(t * 100 + i);
        EXPECT_EQ(run_ok(shell("echo " + text)).out, text + "\n");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace whittle
