#include "engine/run_compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whittle {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> differences(const TraceRun& original, const TraceRun& other) {
  std::vector<std::string> out;
  for (const RunDifference& one : run_differences(original, other))
    out.push_back(one.what + "|" + one.text);
  return out;
}

TraceRun run_with(std::string body, std::string log = "", int exit_code = 0) {
  TraceRun run;
  run.probe.checks.push_back({"GET /", true, "", "", 200, "text/html", body.size(), body});
  run.probe.log_tail = std::move(log);
  run.execs.push_back({"ping", exit_code, "PONG in 3 ms\n"});
  return run;
}

TEST(RunCompareTest, WordsWithDigitsAreVolatile) {
  EXPECT_EQ(without_volatile("at 12:03:04.5 id=ab12 <p>3</p> fine"), "at # # <p>#</p> fine");
  EXPECT_EQ(without_volatile(""), "");
  EXPECT_EQ(without_volatile("7"), "#");
}

TEST(RunCompareTest, RunsThatDifferInNumbersAgree) {
  EXPECT_THAT(differences(run_with("up 3 s", "1: error 17"), run_with("up 12 s", "2: error 9")),
              IsEmpty());
}

TEST(RunCompareTest, ABodyExitCodeOrErrorInTheLogIsADifference) {
  std::vector<std::string> found =
      differences(run_with("own page", "started\n"),
                  run_with("built-in page", "started\nno such file: a.so\nhello\n", 127));
  ASSERT_EQ(found.size(), 3U);
  EXPECT_THAT(found[0], HasSubstr("body of GET /|GET / answers `built-in page`"));
  EXPECT_THAT(found[1], HasSubstr("exit code of ping|ping: exit code 127 instead of 0"));
  EXPECT_THAT(found[2], HasSubstr("the log says: no such file: a.so"));
}

TEST(RunCompareTest, ACommandThatWasNotRunIsADifference) {
  TraceRun other = run_with("x");
  other.execs.clear();
  EXPECT_THAT(differences(run_with("x"), other)[0], HasSubstr("the container had ended"));
}

}  // namespace
}  // namespace whittle
