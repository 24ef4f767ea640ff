// Every rule's own examples: the bad one fires, the good one is silent, the fix converges and
// silences it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "base/fs.h"
#include "base/strings.h"
#include "case_file.h"
#include "dockerfile/parser.h"
#include "lint/rules/rules.h"
#include "report/source_excerpt.h"
#include "support/some_facts.h"

namespace whittle::testing {

namespace {

// A project in which every rule about the context or a language finds what it looks for.
const std::vector<std::pair<std::string, std::string>> kFiles = {
    {"app/main.py", "print('hello')\n"},
    {"app.conf", "port=8080\n"},
    {"ignored.txt", "x\n"},
    {".dockerignore", "ignored.txt\n"},
    {"src/index.js", "console.log('hello')\n"},
    {"package.json",
     R"({"name":"x","version":"1.0.0","scripts":{"start":"node src/index.js"},"dependencies":{"a":"^1.0.0"},)"
     R"("devDependencies":{"b":"^1.0.0"}})"},
    {"package-lock.json",
     R"({"name":"x","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"x","version":"1.0.0",)"
     R"("dependencies":{"a":"^1.0.0"},"devDependencies":{"b":"^1.0.0"}},)"
     R"("node_modules/a":{"version":"1.0.0"},"node_modules/b":{"version":"1.0.0","dev":true}}})"},
    {"yarn.lock", "# yarn lockfile v1\n"},
    {"requirements.txt", "flask\n"},
    {".git/HEAD", "ref: refs/heads/main\n"},
    {".idea/workspace.xml", "<project/>\n"},
    {"tests/__pycache__/test_app.pyc", "x\n"},
    {"node_modules/a/index.js", "x\n"},
    {"logs/dev.log", "x\n"},
    {".env", "PASSWORD=x\n"},
    {"tests/fixtures/big.bin", "x\n"},
    {"tests/test_app.py", "x\n"},
};

// What a rule's project does not have.
const std::map<std::string_view, std::string_view> kLeftOut = {
    {"dockerignore-missing", ".dockerignore"},
};

// A house that asks for everything that can be asked for.
LintSettings settings() {
  LintSettings settings;
  settings.trusted_registries = {"docker.io", "*.example.com"};
  settings.label_schema = {{"title", LabelType::Text},
                           {"url", LabelType::Url},
                           {"created", LabelType::Rfc3339},
                           {"licenses", LabelType::Spdx},
                           {"revision", LabelType::Hash},
                           {"version", LabelType::Semver},
                           {"contact", LabelType::Email}};
  settings.strict_labels = true;
  settings.today = "2026-01-01";
  return settings;
}

class Examples : public ::testing::TestWithParam<const Rule*> {
 protected:
  void SetUp() override {
    Result<TempDir> made = TempDir::make("examples");
    ASSERT_TRUE(made.ok());
    root_ = std::make_unique<TempDir>(std::move(*made));
    for (const auto& [path, text] : kFiles) {
      auto left_out = kLeftOut.find(GetParam()->info.name);
      if (left_out != kLeftOut.end() && left_out->second == path) continue;
      ASSERT_TRUE(make_dirs((root_->path() / path).parent_path()).ok());
      ASSERT_TRUE(write_file_atomic(root_->path() / path, text).ok());
    }
  }

  Dockerfile parse(std::string_view text) {
    Result<Dockerfile> file = parse_dockerfile(std::string(text), "Dockerfile", Limits());
    EXPECT_TRUE(file.ok());
    return std::move(*file);
  }

  BuildContext context(std::string_view dockerfile) {
    EXPECT_TRUE(write_file_atomic(root_->path() / "Dockerfile", dockerfile).ok());
    Result<BuildContext> context = read_context(root_->path(), {}, Limits(), {});
    EXPECT_TRUE(context.ok());
    return std::move(*context);
  }

  std::vector<Finding> find(const Dockerfile& file, const BuildContext& with) {
    LintInput input = make_lint_input(file, {}, Limits());
    input.context = &with;
    input.settings = settings();
    input.online = &facts_;
    return run_rules(input,
                     [](const RuleInfo& info) { return info.name == GetParam()->info.name; });
  }

  size_t count(const Dockerfile& file, const BuildContext& with) { return find(file, with).size(); }

  std::unique_ptr<TempDir> root_;
  test::SomeFacts facts_;
};

TEST_P(Examples, BadFires) {
  EXPECT_GT(count(parse(GetParam()->info.bad), context(GetParam()->info.bad)), 0U);
}

TEST_P(Examples, GoodIsSilent) {
  EXPECT_FALSE(parse(GetParam()->info.good).has_errors());
  EXPECT_EQ(count(parse(GetParam()->info.good), context(GetParam()->info.good)), 0U);
}

// rules/RULE/carets.txt: what of the bad example is underlined. UPDATE_GOLDEN=1 writes it anew.
TEST_P(Examples, CaretsStandUnderWhatIsWrong) {
  const RuleInfo& rule = GetParam()->info;
  Dockerfile file = parse(rule.bad);
  std::string carets;
  for (const Finding& finding : find(file, context(rule.bad))) {
    carets += finding.range == Range{}
                  ? "(the build context)\n"
                  : source_excerpt(file.source, file.lines, finding.range, Style::Bold, {});
  }
  fs::path path = fs::path(WHITTLE_CASES_DIR) / rule.name / "carets.txt";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file_atomic(path, carets).ok());
    return;
  }
  Result<std::string> expected = read_file(path, 1 << 20);
  ASSERT_TRUE(expected.ok()) << expected.error().message() << "; UPDATE_GOLDEN=1 writes it";
  EXPECT_EQ(carets, *expected);
}

TEST_P(Examples, FixConvergesAndSilences) {
  Dockerfile file = parse(GetParam()->info.bad);
  BuildContext before = context(GetParam()->info.bad);
  LintInput input = make_lint_input(file, {}, Limits());
  input.context = &before;
  input.settings = settings();
  input.online = &facts_;
  std::vector<Finding> findings;
  GetParam()->check(input, findings);
  ASSERT_FALSE(findings.empty());
  PlanOptions options;
  options.unsafe = true;
  options.with_lint_rules = true;
  options.settings = settings();
  options.online = &facts_;
  options.only = {std::string(GetParam()->info.name)};
  // What the builder refuses is not planned for.
  if (file.has_errors()) {
    EXPECT_FALSE(findings[0].fix.has_value());
    return;
  }
  Result<Plan> plan = make_plan(file, before, nullptr, options);
  ASSERT_TRUE(plan.ok()) << plan.error().message();
  EXPECT_LT(plan->passes, kMaxPlanPasses);
  bool is_shown = !findings[0].fix || findings[0].fix->applicability == Applicability::Shown;
  if (is_shown) {
    EXPECT_TRUE(plan->changes.empty());
    return;
  }
  Dockerfile fixed = parse(plan->dockerfile);
  EXPECT_FALSE(fixed.has_errors());
  Result<BuildContext> after = with_ignore(before, plan->dockerignore, Limits());
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(count(fixed, *after), 0U) << plan->dockerfile;
  Result<Plan> again = make_plan(fixed, *after, nullptr, options);
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->changes.empty());
}

std::string name_of(const ::testing::TestParamInfo<const Rule*>& info) {
  return replace_all(info.param->info.name, "-", "_");
}

INSTANTIATE_TEST_SUITE_P(Table, Examples, ::testing::ValuesIn(rule_table()), name_of);

bool is_kebab_case(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-';
  });
}

TEST(RuleTable, NamesCodesAndAliasesAreUnique) {
  std::set<std::string> ids;
  for (const Rule* rule : rule_table()) {
    EXPECT_TRUE(is_kebab_case(rule->info.name)) << rule->info.name;
    EXPECT_TRUE(ids.insert(to_lower(rule->info.name)).second) << rule->info.name;
    EXPECT_TRUE(ids.insert(to_lower(rule->info.code)).second) << rule->info.code;
    EXPECT_EQ(rule->info.code.substr(0, 2), "WH");
    for (std::string_view alias : split_blanks(rule->info.aliases)) {
      std::vector<const Rule*> same = find_rules(alias);
      EXPECT_EQ(std::count(same.begin(), same.end(), rule), 1) << alias;
      EXPECT_EQ(ids.count(to_lower(alias)), 0U) << alias;
    }
    EXPECT_FALSE(rule->info.summary.empty());
    EXPECT_GT(rule->info.why.size(), 80U) << rule->info.name;
    EXPECT_EQ(find_rule(rule->info.code), rule);
    EXPECT_EQ(find_rule(to_upper(rule->info.name)), rule);
  }
  EXPECT_EQ(find_rule("DL3009")->info.name, "apt-lists");
  EXPECT_EQ(find_rule("no-such-rule"), nullptr);
}

// docs/rules.md: written from the table by UPDATE_GOLDEN=1, compared otherwise.
std::string documentation() {
  std::string text =
      "# Rules\n\nMade from the table in `src/lint/rules/rules.cc`; `UPDATE_GOLDEN=1` writes it "
      "anew. A rule can be named by "
      "its name, its code, or the ids of other tools; an id that several rules share names all of "
      "them. Rules marked `off` are "
      "found only when asked for. Each has a page of its own.\n\n| code | name | severity | finds "
      "| also "
      "known as |\n|---|---|---|---|---|\n";
  for (const Rule* rule : rule_table()) {
    const RuleInfo& info = rule->info;
    text += "| " + std::string(info.code) + " | [`" + std::string(info.name) + "`](rules/" +
            std::string(info.name) + ".md) | " + std::string(to_text(info.severity)) +
            (info.is_opt_in ? ", off" : "") + " | " + std::string(info.summary) + " | " +
            std::string(info.aliases) + " |\n";
  }
  return text;
}

TEST(RuleTable, IsDocumented) {
  fs::path path = fs::path(WHITTLE_SOURCE_DIR) / "docs/rules.md";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file_atomic(path, documentation()).ok());
    return;
  }
  Result<std::string> docs = read_file(path, 1 << 20);
  ASSERT_TRUE(docs.ok()) << docs.error().message();
  EXPECT_TRUE(*docs == documentation())
      << "docs/rules.md is not what the table says; UPDATE_GOLDEN=1 writes it anew";
}

}  // namespace

}  // namespace whittle::testing
