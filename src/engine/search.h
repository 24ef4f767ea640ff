// The search for the changes that hold: everything at once, and when that fails, one culprit after
// the other by bisection, each taken back alone.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/plan.h"

namespace whittle {

struct TrialOutcome {
  bool passed = false;
  std::string why;  // the log lines that show why not
};

struct TakenBack {
  Change change;
  std::string why;
};

struct SearchResult {
  Plan plan;                          // passed its trial, or has no changes
  std::vector<TakenBack> taken_back;  // in the order they were found
  unsigned trials = 0;
};

using MakePlan = std::function<Result<Plan>(const std::set<ChangeId>& denied)>;
using TryPlan = std::function<Result<TrialOutcome>(const Plan& plan)>;

// A plan without changes is known to pass. Each text is tried once. After kMaxTrials trials, what
// is left of the plan is taken back as a whole. Errors are those of the two functions.
inline constexpr unsigned kMaxTrials = 64;
Result<SearchResult> find_working_plan(const MakePlan& make_plan, const TryPlan& try_plan);

}  // namespace whittle
