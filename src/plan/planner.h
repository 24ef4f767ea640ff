// Findings to a plan: which fixes are applied, in which order, until nothing more is to be done.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "context/context.h"
#include "lint/lint.h"
#include "model/dockerfile.h"
#include "model/plan.h"

namespace whittle {

inline constexpr uint32_t kMaxPlanPasses = 10;

// A further way in which the same Dockerfile is built.
struct PlanBuild {
  std::vector<std::pair<std::string, std::string>> build_args;
  std::vector<std::string> named_contexts;
  std::string target;                     // the stage it ends with; "": the last one
  const BuildContext* context = nullptr;  // null: none is known
};

struct PlanOptions {
  bool unsafe = false;                 // also unsafe fixes of every rule
  std::set<std::string> unsafe_rules;  // rules whose unsafe fixes are asked for by name
  std::set<std::string> only;          // rule names; empty: all
  std::set<std::string> skip;          // rule names
  std::set<ChangeId> denied;           // changes that were taken back
  std::function<bool(const ChangeId&)> is_refused;  // further ones that are not wanted; may be null
  bool with_lint_rules = false;                     // also the rules that only lint uses
  bool has_context = true;  // false: rules see no context, whatever is handed over
  LintSettings settings;
  OnlineFacts* online = nullptr;  // as in LintInput
  // Findings of others than rules, which are fixed as those of rules are; may be null.
  std::function<std::vector<Finding>(const LintInput& input)> further_findings;
  std::vector<std::pair<std::string, std::string>> build_args;
  std::string target;  // as in PlanBuild
  // Their findings are fixed, too, and a safe fix is one for all of them. Lines for the ignore file
  // come from the first build alone.
  std::vector<PlanBuild> further_builds;
  Limits limits;
};

// Runs the rules, applies the fixes that do not overlap, parses again, to a fixed point (at most
// kMaxPlanPasses). A fix whose result has parse errors that its input had not is refused.
// Deterministic. `image` may be null. Errors: Invalid when the Dockerfile has parse errors.
Result<Plan> make_plan(const Dockerfile& file,
                       const BuildContext& context,
                       const BuiltImage* image,
                       const PlanOptions& options);

}  // namespace whittle
