#include "trace/trace_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace whittle {
namespace {

using testing::HasSubstr;

Trace sample() {
  Trace trace;
  trace.programs = {"", "/bin/sh", "/usr/bin/app"};
  trace.accesses = {{"/etc/none", bit(TraceUse::Stat), false, 2, 2},
                    {"/etc/passwd", bit(TraceUse::Open) | bit(TraceUse::Stat), true, 0, 2},
                    {"/tmp/\"odd\"\n", bit(TraceUse::Create), true, 0, 1}};
  trace.processes = {{2, {"app", "--port", "80"}}};
  trace.written = {"/tmp/\"odd\"\n"};
  trace.ports = {{53, true}, {80, false}};
  trace.syscalls_start = {"execve", "openat"};
  trace.syscalls_serving = {"openat"};
  trace.capabilities = {"CAP_CHOWN"};
  trace.architecture = "amd64";
  trace.method = "notify";
  trace.notes = {"a note"};
  return trace;
}

TEST(TraceJson, IsReadBackAsItWas) {
  Trace trace = sample();
  std::string text = trace_to_json(trace);
  Result<Trace> back = parse_trace_json(text, Limits{});
  ASSERT_TRUE(back.ok()) << back.error().message();
  EXPECT_EQ(back->accesses, trace.accesses);
  EXPECT_EQ(back->programs, trace.programs);
  EXPECT_EQ(back->processes, trace.processes);
  EXPECT_EQ(back->written, trace.written);
  EXPECT_EQ(back->ports, trace.ports);
  EXPECT_EQ(back->syscalls_start, trace.syscalls_start);
  EXPECT_EQ(back->syscalls_serving, trace.syscalls_serving);
  EXPECT_EQ(back->capabilities, trace.capabilities);
  EXPECT_EQ(back->notes, trace.notes);
  EXPECT_EQ(back->method, "notify");
  EXPECT_EQ(back->architecture, "amd64");
  EXPECT_EQ(trace_to_json(*back), text);
}

TEST(TraceJson, HasALineForEachPath) {
  std::string text = trace_to_json(sample());
  EXPECT_THAT(
      text,
      HasSubstr("\n  {\"path\":\"/etc/passwd\",\"uses\":[\"open\",\"stat\"],\"program\":2},\n"));
  nlohmann::json parsed = nlohmann::json::parse(text);
  EXPECT_EQ(parsed["whittle_trace"], 1);
  EXPECT_EQ(parsed["accesses"].size(), 3U);
  EXPECT_EQ(parsed["accesses"][0]["error"], 2);
  EXPECT_EQ(parsed["ports"][0]["protocol"], "udp");
}

TEST(TraceJson, AnEmptyTraceIsWhole) {
  Trace empty;
  normalise(empty);
  Result<Trace> back = parse_trace_json(trace_to_json(empty), Limits{});
  ASSERT_TRUE(back.ok());
  EXPECT_TRUE(back->accesses.empty());
}

TEST(TraceJson, RefusesWhatIsNoTrace) {
  for (const char* text : {"",
                           "[]",
                           "{}",
                           "{\"whittle_trace\":2}",
                           "{\"whittle_trace\":\"1\"}",
                           "{\"whittle_trace\":1,\"accesses\":{}}",
                           "{\"whittle_trace\":1,\"accesses\":[{\"path\":7}]}",
                           "{\"whittle_trace\":1,\"ports\":[[]]}"}) {
    EXPECT_FALSE(parse_trace_json(text, Limits{}).ok()) << text;
  }
}

TEST(TraceJson, IgnoresUsesOfNewerVersionsAndNumbersOutOfRange) {
  Result<Trace> trace = parse_trace_json(
      R"({"whittle_trace":1,"programs":["","/a"],)"
      R"("accesses":[{"path":"/x","uses":["open","levitate"],"program":99},{"path":"y","uses":[]}]})",
      Limits{});
  ASSERT_TRUE(trace.ok());
  ASSERT_EQ(trace->accesses.size(), 1U);
  EXPECT_EQ(trace->accesses[0].uses, bit(TraceUse::Open));
  EXPECT_EQ(trace->accesses[0].program, 0U);
}

}  // namespace
}  // namespace whittle
