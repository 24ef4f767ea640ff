#include "cli/commands/analyze_gates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace whittle {
namespace {

using testing::ElementsAre;

TEST(Ratio, IsFromNothingToOne) {
  EXPECT_EQ(*parse_ratio("0.95"), 0.95);
  EXPECT_EQ(*parse_ratio(" 95% "), 0.95);
  EXPECT_EQ(*parse_ratio("0"), 0.0);
  EXPECT_EQ(*parse_ratio("1"), 1.0);
  for (const char* bad : {"", "1.01", "-0.1", "nan", "inf", "0.5x", "%", "101%", "half"}) {
    EXPECT_FALSE(parse_ratio(bad).ok()) << bad;
  }
}

// The file of dive's own documentation, in the words of this test.
TEST(DiveRules, AreReadAsDiveReadsThem) {
  Result<GateSettings> rules = parse_dive_rules(
      "# what fails a build\n"
      "rules:\n"
      "  lowestEfficiency: 0.95   # a ratio\n"
      "  highestWastedBytes: '20MB'\n"
      "\n"
      "  highestUserWastedPercent: \"0.20\"\n"
      "  somethingElse: 7\n"
      "other:\n"
      "  lowestEfficiency: 0.1\n");
  ASSERT_TRUE(rules.ok()) << rules.error().message();
  EXPECT_EQ(rules->lowest_efficiency, 0.95);
  EXPECT_EQ(rules->highest_wasted_bytes, 20'000'000U);
  EXPECT_EQ(rules->highest_user_wasted_percent, 0.2);
  EXPECT_FALSE(rules->max_size);
}

TEST(DiveRules, HaveDivesDefaults) {
  for (const char* text : {"", "rules:\n", "---\n# nothing\n"}) {
    Result<GateSettings> rules = parse_dive_rules(text);
    ASSERT_TRUE(rules.ok()) << text;
    EXPECT_EQ(rules->lowest_efficiency, 0.9) << text;
    EXPECT_FALSE(rules->highest_wasted_bytes) << text;
    EXPECT_EQ(rules->highest_user_wasted_percent, 0.1) << text;
  }
}

TEST(DiveRules, CanBeSwitchedOff) {
  for (const char* off : {"disabled", "off", "false", "", "'disabled'"}) {
    Result<GateSettings> rules =
        parse_dive_rules(std::string("rules:\n  lowestEfficiency: ") + off + "\n");
    ASSERT_TRUE(rules.ok()) << off;
    EXPECT_FALSE(rules->lowest_efficiency) << off;
  }
}

TEST(DiveRules, SizesAreThoseOfDive) {
  const std::pair<const char*, uint64_t> cases[] = {{"20MB", 20'000'000},
                                                    {"20M", 20'000'000},
                                                    {"20MiB", 20'971'520},
                                                    {"19Mb", 19'000'000},
                                                    {"512", 512},
                                                    {"512B", 512}};
  for (const auto& [text, bytes] : cases) {
    Result<GateSettings> rules =
        parse_dive_rules(std::string("rules:\n  highestWastedBytes: ") + text + "\n");
    ASSERT_TRUE(rules.ok()) << text;
    EXPECT_EQ(rules->highest_wasted_bytes, bytes) << text;
  }
}

TEST(DiveRules, SayWhereTheyAreWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"rules:\n  lowestEfficiency: 1.5\n", "line 2: lowestEfficiency: `1.5` is not a limit"},
      {"rules:\n  highestWastedBytes: much\n", "line 2: highestWastedBytes: `much` is not a limit"},
      {"rules:\n  - lowestEfficiency\n", "line 2: not of the form KEY: VALUE"},
      {"rules: {lowestEfficiency: 0.9}\n", "line 1: the rules do not stand on lines of their own"},
  };
  for (const auto& [text, message] : cases) {
    Result<GateSettings> rules = parse_dive_rules(text);
    ASSERT_FALSE(rules.ok()) << text;
    EXPECT_EQ(rules.error().message(), message);
  }
}

Analysis analysis_with(double efficiency, int64_t wasted, double percent, uint64_t stored) {
  Analysis analysis;
  analysis.dive.efficiency = efficiency;
  analysis.dive.wasted_bytes = wasted;
  analysis.dive.wasted_user_percent = percent;
  analysis.total.stored = stored;
  return analysis;
}

std::vector<std::string> statuses(const GateSettings& settings, const Analysis& analysis) {
  std::vector<std::string> out;
  for (const GateResult& result : check_gates(settings, analysis)) {
    std::string status = result.status == GateStatus::Pass   ? "PASS "
                         : result.status == GateStatus::Fail ? "FAIL "
                                                             : "SKIP ";
    out.push_back(status + result.name);
  }
  return out;
}

TEST(Gates, WhatEqualsItsLimitPasses) {
  GateSettings settings;
  settings.lowest_efficiency = 0.9;
  settings.highest_wasted_bytes = 1000;
  settings.highest_user_wasted_percent = 0.1;
  settings.max_size = 5000;
  EXPECT_THAT(statuses(settings, analysis_with(0.9, 1000, 0.1, 5000)),
              ElementsAre("PASS highest-user-wasted-percent",
                          "PASS highest-wasted-bytes",
                          "PASS lowest-efficiency",
                          "PASS max-size"));
  EXPECT_THAT(statuses(settings, analysis_with(0.8999, 1001, 0.1001, 5001)),
              ElementsAre("FAIL highest-user-wasted-percent",
                          "FAIL highest-wasted-bytes",
                          "FAIL lowest-efficiency",
                          "FAIL max-size"));
}

TEST(Gates, OnlyWhatWasAsked) {
  EXPECT_THAT(statuses({}, analysis_with(0, 1, 1, 1)), ElementsAre());
  GateSettings off;
  off.has_rules_file = true;
  EXPECT_THAT(statuses(off, analysis_with(0, 1, 1, 1)),
              ElementsAre("SKIP highest-user-wasted-percent",
                          "SKIP highest-wasted-bytes",
                          "SKIP lowest-efficiency"));
}

TEST(Gates, NeverNotANumber) {
  GateSettings settings;
  settings.highest_user_wasted_percent = 0.1;
  std::vector<GateResult> nothing = check_gates(settings, analysis_with(1, 0, std::nan(""), 10));
  ASSERT_EQ(nothing.size(), 1U);
  EXPECT_EQ(nothing[0].status, GateStatus::Pass);
  EXPECT_EQ(nothing[0].value, "nothing is stored above the first layer");
  std::vector<GateResult> all = check_gates(settings, analysis_with(1, 5, HUGE_VAL, 10));
  EXPECT_EQ(all[0].status, GateStatus::Fail);
  EXPECT_EQ(all[0].value, "nothing but waste above the first layer");
}

}  // namespace
}  // namespace whittle
