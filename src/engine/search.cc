#include "engine/search.h"

#include <map>
#include <utility>

namespace whittle {

namespace {

constexpr int kMaxPrefixRounds = 8;  // re-plans until a prefix plan holds nothing but the prefix

class Search {
 public:
  Search(const MakePlan& make_plan, const TryPlan& try_plan)
      : make_plan_(make_plan), try_plan_(try_plan) {}

  Result<SearchResult> run() {
    for (;;) {
      TRY_ASSIGN(Plan plan, make_plan_(denied_));
      TRY_ASSIGN(TrialOutcome outcome, attempt(plan));
      if (outcome.passed) {
        result_.plan = std::move(plan);
        return std::move(result_);
      }
      if (result_.trials >= kMaxTrials) {
        for (const Change& change : plan.changes) take_back(change, outcome.why);
        continue;
      }
      TRY(take_back_culprit(plan, std::move(outcome.why)));
    }
  }

 private:
  Result<TrialOutcome> attempt(const Plan& plan) {
    if (plan.changes.empty()) return TrialOutcome{true, ""};
    auto key = std::make_pair(plan.dockerfile, plan.dockerignore);
    auto known = tried_.find(key);
    if (known != tried_.end()) return known->second;
    ++result_.trials;
    TRY_ASSIGN(TrialOutcome outcome, try_plan_(plan));
    tried_[std::move(key)] = outcome;
    return outcome;
  }

  // A plan with at most the first `count` changes of `plan`.
  Result<Plan> prefix(const Plan& plan, size_t count) {
    std::set<ChangeId> allowed;
    std::set<ChangeId> denied = denied_;
    for (size_t i = 0; i < plan.changes.size(); ++i) {
      if (i < count) {
        allowed.insert(plan.changes[i].id);
      } else {
        denied.insert(plan.changes[i].id);
      }
    }
    for (int round = 0;; ++round) {
      TRY_ASSIGN(Plan smaller, make_plan_(denied));
      bool is_inside = true;
      for (const Change& change : smaller.changes) {
        if (allowed.contains(change.id)) continue;
        denied.insert(change.id);
        is_inside = false;
      }
      if (is_inside || round >= kMaxPrefixRounds) return smaller;
    }
  }

  // The shortest failing prefix ends in the culprit; the empty one passes, the whole plan fails.
  Status take_back_culprit(const Plan& plan, std::string why) {
    size_t passing = 0;
    size_t failing = plan.changes.size();
    while (failing - passing > 1 && result_.trials < kMaxTrials) {
      size_t middle = passing + (failing - passing) / 2;
      TRY_ASSIGN(Plan smaller, prefix(plan, middle));
      TRY_ASSIGN(TrialOutcome outcome, attempt(smaller));
      if (outcome.passed) {
        passing = middle;
      } else {
        failing = middle;
        why = std::move(outcome.why);
      }
    }
    take_back(plan.changes[failing - 1], why);
    return {};
  }

  void take_back(const Change& change, const std::string& why) {
    bool is_new = denied_.insert(change.id).second;
    CHECK(is_new);  // a planner that applies what it was denied would loop for ever
    result_.taken_back.push_back({change, why});
  }

  const MakePlan& make_plan_;
  const TryPlan& try_plan_;
  std::set<ChangeId> denied_;
  std::map<std::pair<std::string, std::string>, TrialOutcome> tried_;
  SearchResult result_;
};

}  // namespace

Result<SearchResult> find_working_plan(const MakePlan& make_plan, const TryPlan& try_plan) {
  return Search(make_plan, try_plan).run();
}

}  // namespace whittle
