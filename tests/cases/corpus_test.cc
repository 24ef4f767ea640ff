// Properties of fixes over the real Dockerfiles of the corpus (when it is there): they apply,
// parse, converge, mean the same, and a second run changes nothing.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/fs.h"
#include "base/strings.h"
#include "dockerfile/parser.h"
#include "lint/rules/rules.h"
#include "plan/guard.h"
#include "plan/planner.h"

namespace whittle {

namespace {

const fs::path kCorpus = fs::path(WHITTLE_SOURCE_DIR) / "../shared/corpus/dockerfiles";

std::vector<fs::path> corpus_files() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(kCorpus)) {
    std::string name = entry.path().filename().string();
    bool is_dockerfile = entry.is_regular_file() && !contains(name, "ignore") &&
                         !contains(name, ".csv") && !contains(name, ".json");
    if (is_dockerfile) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

uint32_t all_declared(const Plan& plan) {
  uint32_t declares = kDeclaresNothing;
  for (const Change& change : plan.changes) declares |= find_rule(change.id.rule)->info.declares;
  return declares;
}

// Only safe changes: what they may not change, they do not.
void check_safe_plan(const Dockerfile& file, const BuildContext& context, const fs::path& path) {
  PlanOptions options;
  options.with_lint_rules = true;
  Result<Plan> plan = make_plan(file, context, nullptr, options);
  ASSERT_TRUE(plan.ok()) << path << plan.error().message();
  EXPECT_LT(plan->passes, kMaxPlanPasses) << path;
  Result<Dockerfile> fixed = parse_dockerfile(plan->dockerfile, "Dockerfile", Limits());
  ASSERT_TRUE(fixed.ok() && !fixed->has_errors()) << path << "\n" << plan->dockerfile;
  EXPECT_EQ(first_difference(file, *fixed, all_declared(*plan), {}, Limits()), "")
      << path << "\n"
      << plan->dockerfile;
  Result<Plan> again = make_plan(*fixed, context, nullptr, options);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->dockerfile, plan->dockerfile) << path;
}

void check_unsafe_plan(const Dockerfile& file, const BuildContext& context, const fs::path& path) {
  PlanOptions options;
  options.with_lint_rules = true;
  options.unsafe = true;
  Result<Plan> plan = make_plan(file, context, nullptr, options);
  ASSERT_TRUE(plan.ok()) << path;
  EXPECT_LT(plan->passes, kMaxPlanPasses) << path;
  Result<Dockerfile> fixed = parse_dockerfile(plan->dockerfile, "Dockerfile", Limits());
  EXPECT_TRUE(fixed.ok() && !fixed->has_errors()) << path << "\n" << plan->dockerfile;
}

TEST(Corpus, FixesApplyConvergeAndKeepTheMeaning) {
  if (!fs::exists(kCorpus)) GTEST_SKIP() << "no corpus of Dockerfiles beside the project";
  Result<TempDir> empty = TempDir::make("corpus");
  ASSERT_TRUE(empty.ok());
  Result<BuildContext> context = read_context(empty->path(), {}, Limits(), {});
  ASSERT_TRUE(context.ok()) << context.error().message();
  size_t planned = 0;
  for (const fs::path& path : corpus_files()) {
    Result<std::string> source = read_file(path, 1 << 20);
    ASSERT_TRUE(source.ok());
    Result<Dockerfile> file = parse_dockerfile(std::move(*source), "Dockerfile", Limits());
    ASSERT_TRUE(file.ok()) << path;
    if (file->has_errors()) {
      EXPECT_FALSE(make_plan(*file, *context, nullptr, {}).ok()) << path;
      continue;
    }
    ++planned;
    check_safe_plan(*file, *context, path);
    check_unsafe_plan(*file, *context, path);
  }
  EXPECT_GT(planned, 500U);
}

}  // namespace

}  // namespace whittle
