#include "model/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whittle {
namespace {

using testing::ElementsAre;

TraceAccess access(std::string path, TraceUse use, uint32_t program, int error = 0) {
  return {std::move(path), bit(use), error == 0, error, program};
}

TEST(TraceMerge, JoinsAccessesOfTheSameProgram) {
  Trace a;
  a.programs = {"", "/bin/sh"};
  a.accesses = {access("/b", TraceUse::Stat, 1), access("/a", TraceUse::Open, 1)};
  a.method = "notify";
  Trace b;
  b.programs = {"", "/bin/cat", "/bin/sh"};
  b.accesses = {access("/a", TraceUse::Stat, 2), access("/a", TraceUse::Stat, 1)};
  b.ports = {{80, false}};
  b.method = "ptrace+notify";
  Trace both = merge(a, b);
  EXPECT_THAT(both.programs, ElementsAre("", "/bin/cat", "/bin/sh"));
  ASSERT_EQ(both.accesses.size(), 3U);
  EXPECT_EQ(both.accesses[0], access("/a", TraceUse::Stat, 1));
  EXPECT_EQ(both.accesses[1].uses, bit(TraceUse::Stat) | bit(TraceUse::Open));
  EXPECT_EQ(both.accesses[1].program, 2U);
  EXPECT_EQ(both.accesses[2].path, "/b");
  EXPECT_EQ(both.method, "notify+ptrace");
  EXPECT_THAT(both.ports, ElementsAre(TracePort{80, false}));
}

TEST(TraceMerge, KeepsAFailureBesideALaterSuccess) {
  Trace a;
  a.accesses = {access("/late", TraceUse::Stat, 0, 2)};
  Trace b;
  b.accesses = {access("/late", TraceUse::Open, 0)};
  Trace both = merge(a, b);
  ASSERT_EQ(both.accesses.size(), 2U);
  EXPECT_FALSE(both.accesses[0].succeeded);
  EXPECT_EQ(both.accesses[0].error, 2);
  EXPECT_TRUE(both.accesses[1].succeeded);
  EXPECT_TRUE(both.used("/late"));
  EXPECT_FALSE(both.used("/lat"));
  EXPECT_FALSE(merge(a, {}).used("/late"));
}

TEST(TraceMerge, AProgramNumberOutOfRangeIsTheUnknownOne) {
  Trace a;
  a.programs = {"", "/bin/sh"};
  a.accesses = {access("/x", TraceUse::Open, 77)};
  normalise(a);
  EXPECT_EQ(a.accesses[0].program, 0U);
}

}  // namespace
}  // namespace whittle
