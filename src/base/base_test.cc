// Results, limits, the thread pool, statistics.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <mutex>
#include <set>
#include <thread>

#include "base/limits.h"
#include "base/result.h"
#include "base/stats.h"
#include "base/thread_pool.h"

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<int> half(int number) {
  if (number % 2 != 0) return Error(ErrorKind::Invalid, "odd").hint("Give an even number");
  return number / 2;
}

Result<int> quarter(int number) {
  TRY_ASSIGN(int once, half(number));
  Result<int> twice = half(once);
  if (!twice.ok()) return std::move(twice).error().with("second half").hint("another hint");
  return twice;
}

TEST(ResultTest, CarriesValuesAndErrorsUp) {
  EXPECT_EQ(quarter(8).value(), 2);
  Result<int> odd = quarter(6);
  ASSERT_FALSE(odd.ok());
  EXPECT_EQ(odd.error().message(), "second half: odd");
  EXPECT_EQ(odd.error().kind(), ErrorKind::Invalid);
  EXPECT_EQ(odd.error().hint(), "Give an even number") << "the innermost hint stays";
}

TEST(ResultTest, KindsOfSystemErrors) {
  EXPECT_EQ(errno_error("x", ENOENT).kind(), ErrorKind::NotFound);
  EXPECT_EQ(errno_error("x", EACCES).kind(), ErrorKind::Failed);
  EXPECT_EQ(errno_error("x", EACCES).message(), "x: Permission denied");
  EXPECT_NE(errno_error("x", ENOSPC).hint(), "");
}

TEST(ResultDeathTest, AskingForWhatIsNotThereIsABug) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH((void)half(1).value(), "internal error: CHECK");
}

TEST(LimitsTest, EveryRowIsSettable) {
  std::set<std::string_view> names;
  for (const LimitInfo& info : limit_table()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    Limits limits;
    ASSERT_TRUE(set_limit(limits, std::string(info.name) + "=7k").ok());
    EXPECT_EQ(limits.*info.member, 7168U);
    EXPECT_THAT(limit_error("layer 3", info.member, limits).hint(),
                HasSubstr("--limit " + std::string(info.name) + "=N"));
  }
  EXPECT_EQ(limit_table().size(), sizeof(Limits) / sizeof(uint64_t))
      << "a limit without a row cannot be raised";
}

TEST(LimitsTest, RefusesWhatMakesNoSense) {
  Limits limits;
  for (const char* bad : {"", "entries", "entries=", "entries=0", "entries=x", "nope=1", "=1"}) {
    Status status = set_limit(limits, bad);
    ASSERT_FALSE(status.ok()) << bad;
    EXPECT_EQ(status.error().kind(), ErrorKind::Usage);
    EXPECT_NE(status.error().hint(), "");
  }
  EXPECT_EQ(limits.max_entries, kDefaultMaxEntries);
}

TEST(ThreadPoolTest, DoesEveryPieceOnce) {
  CancelToken never;
  for (unsigned threads : {0U, 1U, 4U, 100U}) {
    std::vector<std::atomic<int>> done(1000);
    Status status = parallel_for(done.size(), threads, never, [&](size_t i) -> Status {
      ++done[i];
      return {};
    });
    EXPECT_TRUE(status.ok());
    for (const std::atomic<int>& count : done) EXPECT_EQ(count.load(), 1);
  }
  EXPECT_TRUE(
      parallel_for(0, 4, never, [](size_t) -> Status { return Error("never called"); }).ok());
  EXPECT_GE(default_threads(), 1U);
}

TEST(ThreadPoolTest, OneThreadWorksInOrderInTheCaller) {
  CancelToken never;
  std::vector<size_t> order;
  std::thread::id caller = std::this_thread::get_id();
  ASSERT_TRUE(parallel_for(4, 1, never, [&](size_t i) -> Status {
                EXPECT_EQ(std::this_thread::get_id(), caller);
                order.push_back(i);
                return {};
              }).ok());
  EXPECT_THAT(order, ElementsAre(0, 1, 2, 3));
}

TEST(ThreadPoolTest, StopsAtAFailureAndNamesTheLowest) {
  CancelToken never;
  std::atomic<size_t> calls{0};
  Status status = parallel_for(100'000, 4, never, [&](size_t i) -> Status {
    ++calls;
    if (i >= 10) return Error(std::to_string(i));
    return {};
  });
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message(), "10");
  EXPECT_LT(calls.load(), 1'000U);
}

TEST(ThreadPoolTest, SeesTheCancellation) {
  CancelToken cancel;
  std::atomic<size_t> calls{0};
  Status status = parallel_for(100'000, 2, cancel, [&](size_t i) -> Status {
    ++calls;
    if (i == 5) cancel.cancel();
    return {};
  });
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind(), ErrorKind::Cancelled);
  EXPECT_LT(calls.load(), 1'000U);
}

TEST(StatsTest, CountsWhenAsked) {
  static Stat counter("test counter", false);
  static Stat timer("test timer", true);
  { ScopedTimer off(timer); }
  EXPECT_EQ(timer.row().count, 0U) << "off until enabled";
  enable_stats();
  counter.add(3);
  counter.add(4);
  { ScopedTimer on(timer); }
  std::vector<StatRow> rows = collect_stats();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].name, "test counter");
  EXPECT_EQ(rows[0].total, 7U);
  EXPECT_EQ(rows[0].count, 2U);
  EXPECT_EQ(rows[1].count, 1U);
  EXPECT_TRUE(rows[1].is_timer);
}

}  // namespace
}  // namespace whittle
