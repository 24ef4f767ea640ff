// Runs every text case. UPDATE_GOLDEN=1 writes what came out back into the files.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "base/fs.h"
#include "base/strings.h"
#include "case_file.h"
#include "lint/rules/rules.h"

namespace whittle::testing {

namespace {

std::vector<fs::path> case_files() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(WHITTLE_CASES_DIR)) {
    if (entry.path().extension() == ".case") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string expected(const Case& input, std::string_view section) {
  const CaseSection* found = input.find(section);
  return found ? found->text : "";
}

class Cases : public ::testing::TestWithParam<fs::path> {};

TEST_P(Cases, GiveTheExpectedFindingsAndTexts) {
  Result<Case> input = read_case(GetParam());
  ASSERT_TRUE(input.ok()) << input.error().message();
  std::string rule = GetParam().parent_path().filename().string();
  Result<CaseOutcome> outcome = run_case(*input, rule);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message();
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file_atomic(GetParam(), write_case(*input, *outcome)).ok());
    return;
  }
  EXPECT_EQ(outcome->findings, expected(*input, "findings"));
  EXPECT_EQ(outcome->fixed, expected(*input, "fixed"));
  EXPECT_EQ(outcome->ignore, expected(*input, "ignore"));
}

std::string name_of(const ::testing::TestParamInfo<fs::path>& info) {
  std::string name =
      info.param.parent_path().filename().string() + "_" + info.param.stem().string();
  std::replace_if(
      name.begin(),
      name.end(),
      [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); },
      '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Rules, Cases, ::testing::ValuesIn(case_files()), name_of);

// RuleInfo::fixes says what the cases show, so that documentation and tests may rely on it.
TEST(CaseFiles, FixesAreThoseOfTheTable) {
  std::map<std::string_view, uint32_t> shown;
  for (const fs::path& path : case_files()) {
    Result<Case> input = read_case(path);
    ASSERT_TRUE(input.ok());
    std::string findings = expected(*input, "findings");
    for (std::string_view line : split_lines(findings)) {
      std::vector<std::string_view> words = split_blanks(line);
      const Rule* rule = words.size() == 4 ? find_rule(words[1]) : nullptr;
      ASSERT_NE(rule, nullptr) << path << ": " << line;
      uint32_t& fixes = shown[rule->info.name];
      if (words[3] == "safe") fixes |= kSafeFix;
      if (words[3] == "unsafe") fixes |= kUnsafeFix;
      if (words[3] == "shown") fixes |= kShownFix;
    }
  }
  for (const Rule* rule : rule_table())
    EXPECT_EQ(rule->info.fixes, shown[rule->info.name]) << rule->info.name;
}

TEST(CaseFiles, EveryRuleHasFour) {
  for (const Rule* rule : rule_table()) {
    size_t count = 0;
    for (const fs::path& path : case_files())
      count += path.parent_path().filename() == rule->info.name ? 1U : 0U;
    EXPECT_GE(count, 4U) << rule->info.name;
  }
}

}  // namespace

}  // namespace whittle::testing
