#include "engine/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace whittle {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A world with `names` as changes; a plan's Dockerfile text is the names it applies.
struct World {
  std::vector<std::string> names;
  std::set<std::set<std::string>> bad_sets;  // a trial fails when it applies all of one of these
  unsigned builds = 0;

  MakePlan maker() {
    return [this](const std::set<ChangeId>& denied) -> Result<Plan> {
      Plan plan;
      for (const std::string& name : names) {
        Change change;
        change.id = {name, 1};
        if (denied.contains(change.id)) continue;
        plan.dockerfile += name + "\n";
        plan.changes.push_back(change);
      }
      return plan;
    };
  }

  TryPlan trier() {
    return [this](const Plan& plan) -> Result<TrialOutcome> {
      ++builds;
      std::set<std::string> applied;
      for (const Change& change : plan.changes) applied.insert(change.id.rule);
      for (const std::set<std::string>& bad : bad_sets) {
        bool hits = std::includes(applied.begin(), applied.end(), bad.begin(), bad.end());
        if (hits) return TrialOutcome{false, "broken by " + *bad.begin()};
      }
      return TrialOutcome{true, ""};
    };
  }
};

std::vector<std::string> rules(const Plan& plan) {
  std::vector<std::string> names;
  for (const Change& change : plan.changes) names.push_back(change.id.rule);
  return names;
}

TEST(Search, takes_everything_when_it_passes) {
  World world{{"a", "b", "c"}, {}};
  Result<SearchResult> found = find_working_plan(world.maker(), world.trier());
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(rules(found->plan), ElementsAre("a", "b", "c"));
  EXPECT_THAT(found->taken_back, IsEmpty());
  EXPECT_EQ(found->trials, 1U);
}

TEST(Search, takes_back_one_culprit_wherever_it_stands) {
  std::vector<std::string> names = {"a", "b", "c", "d", "e", "f", "g"};
  for (const std::string& culprit : names) {
    World world{names, {{culprit}}};
    Result<SearchResult> found = find_working_plan(world.maker(), world.trier());
    ASSERT_TRUE(found.ok());
    ASSERT_THAT(found->taken_back, SizeIs(1));
    EXPECT_EQ(found->taken_back[0].change.id.rule, culprit);
    EXPECT_EQ(found->taken_back[0].why, "broken by " + culprit);
    EXPECT_THAT(rules(found->plan), SizeIs(names.size() - 1));
    EXPECT_LE(world.builds, 5U) << "1 for all, log2(7) for the search, 1 for the rest";
  }
}

TEST(Search, takes_back_several_culprits_and_only_them) {
  World world{{"a", "b", "c", "d", "e"}, {{"b"}, {"e"}}};
  Result<SearchResult> found = find_working_plan(world.maker(), world.trier());
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(rules(found->plan), ElementsAre("a", "c", "d"));
}

TEST(Search, breaks_a_bad_pair_by_taking_back_its_later_half) {
  World world{{"a", "b", "c", "d"}, {{"b", "d"}}};
  Result<SearchResult> found = find_working_plan(world.maker(), world.trier());
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(rules(found->plan), ElementsAre("a", "b", "c"));
}

TEST(Search, ends_with_no_changes_when_nothing_holds) {
  World world{{"a", "b"}, {{"a"}, {"b"}}};
  Result<SearchResult> found = find_working_plan(world.maker(), world.trier());
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(found->plan.changes, IsEmpty());
  EXPECT_THAT(found->taken_back, SizeIs(2));
}

TEST(Search, passes_errors_on) {
  World world{{"a"}, {}};
  TryPlan failing = [](const Plan&) -> Result<TrialOutcome> {
    return Error(ErrorKind::Cancelled, "interrupted");
  };
  Result<SearchResult> found = find_working_plan(world.maker(), failing);
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().kind(), ErrorKind::Cancelled);
}

TEST(Search, stops_after_the_greatest_number_of_trials) {
  World world;
  for (int i = 0; i < 200; ++i) {
    world.names.push_back("c" + std::to_string(i));
    world.bad_sets.insert({world.names.back()});
  }
  Result<SearchResult> found = find_working_plan(world.maker(), world.trier());
  ASSERT_TRUE(found.ok());
  EXPECT_LE(found->trials, kMaxTrials + 1);
  EXPECT_THAT(found->plan.changes, IsEmpty());
  EXPECT_THAT(found->taken_back, SizeIs(200));
}

}  // namespace
}  // namespace whittle
