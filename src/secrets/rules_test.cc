// The table of rules: every row against its own examples, by both ways of searching.
#include "secrets/rules/rules.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <set>

#include "base/fs.h"
#include "base/strings.h"
#include "secrets/program.h"
#include "secrets/scanner.h"

namespace whittle {

namespace {

const SecretScanner& scanner(SecretEngine engine = SecretEngine::Fastest) {
  static auto fastest = SecretScanner::built_in();
  static auto keywords = SecretScanner::built_in({"", SecretEngine::Keywords});
  return engine == SecretEngine::Fastest ? *fastest : *keywords;
}

std::vector<std::string> rules_of(const std::vector<SecretHit>& hits) {
  std::vector<std::string> rules;
  for (const SecretHit& hit : hits) rules.push_back(hit.rule);
  return rules;
}

// Whether the rule alone finds something.
std::vector<SecretHit> scan_alone(const SecretRuleInfo& info, const std::string& text) {
  SecretRuleSet set = default_secret_rules();
  SecretRule rule = *set.find(info.id);
  set.rules = {rule};
  auto alone = SecretScanner::make(std::move(set), {"", SecretEngine::Keywords});
  EXPECT_TRUE(alone.ok());
  return alone.ok() ? (*alone)->scan("app/config", text) : std::vector<SecretHit>();
}

TEST(SecretRules, AreManyAndWellFormed) {
  std::set<std::string_view> ids;
  for (const SecretRuleInfo* rule : secret_rule_table()) {
    SCOPED_TRACE(rule->id);
    EXPECT_TRUE(ids.insert(rule->id).second);
    EXPECT_EQ(rule->id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"),
              std::string_view::npos);
    EXPECT_FALSE(rule->title.empty());
    EXPECT_FALSE(rule->category.empty());
    EXPECT_FALSE(rule->keywords.empty());
    EXPECT_EQ(to_lower(rule->keywords), rule->keywords);
    EXPECT_TRUE(check_pattern(full_pattern(*rule)).ok());
  }
  EXPECT_GE(ids.size(), 120U);
}

TEST(SecretRules, FindTheirGoodExample) {
  for (const SecretRuleInfo* rule : secret_rule_table()) {
    SCOPED_TRACE(rule->id);
    std::string text = secret_example(rule->good);
    EXPECT_THAT(rules_of(scan_alone(*rule, text)), testing::ElementsAre(rule->id)) << text;
    std::string lower = to_lower(text);
    std::vector<std::string_view> words = split_blanks(rule->keywords);
    EXPECT_TRUE(std::any_of(words.begin(), words.end(), [&](std::string_view word) {
      return contains(lower, word);
    })) << text;
  }
}

TEST(SecretRules, PassOverTheirBadExample) {
  for (const SecretRuleInfo* rule : secret_rule_table()) {
    SCOPED_TRACE(rule->id);
    std::string text = secret_example(rule->bad);
    EXPECT_THAT(scan_alone(*rule, text), testing::IsEmpty()) << text;
  }
}

// Among all rules the example may be another's too, but something is always found, and it counts.
TEST(SecretRules, AllTogetherFindEveryGoodExample) {
  for (const SecretRuleInfo* rule : secret_rule_table()) {
    SCOPED_TRACE(rule->id);
    std::string text = secret_example(rule->good);
    std::vector<SecretHit> hits = scanner().scan("app/config", text);
    ASSERT_FALSE(hits.empty()) << text;
    for (const SecretHit& hit : hits) EXPECT_EQ(hit.suppressed, "") << hit.rule << text;
  }
}

TEST(SecretRules, BothEnginesFindTheSame) {
  std::string all;
  for (const SecretRuleInfo* rule : secret_rule_table()) {
    for (std::string_view text : {rule->good, rule->bad}) {
      std::string example = secret_example(text);
      EXPECT_EQ(scanner().scan("a", example), scanner(SecretEngine::Keywords).scan("a", example))
          << rule->id;
      all += example + "\n";
    }
  }
  std::vector<SecretHit> fast = scanner().scan("a", all);
  EXPECT_GT(fast.size(), secret_rule_table().size() / 2);
  EXPECT_EQ(fast, scanner(SecretEngine::Keywords).scan("a", all));
}

// docs/secret-rules.md as the table has it.
std::string page() {
  std::string text =
      "# Rules for secrets\n\nWhat `whittle scan` looks for in files, variables, labels and the "
      "history. `binary`: also in programs and other binary files.\nThis page is made from the "
      "table (`docs/adding-a-secret-rule.md`).\n";
  for (const SecretRuleGroup& group : secret_rule_groups()) {
    text += "\n## " + replace_all(group.name, "_", " ") +
            "\n\n| rule | finds | of | level | binary |\n|---|---|---|---|---|\n";
    for (const SecretRuleInfo& rule : group.rules()) {
      text += "| `" + std::string(rule.id) + "` | " + std::string(rule.title) + " | " +
              std::string(rule.category) + " | " + std::string(to_text(rule.level)) + " | " +
              (rule.shape == SecretShape::Fixed ? "yes" : "") + " |\n";
    }
  }
  return text;
}

TEST(SecretRules, AreAllOnTheirPage) {
  fs::path file = fs::path(WHITTLE_SOURCE_DIR) / "docs" / "secret-rules.md";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file_atomic(file, page()).ok());
  }
  Result<std::string> text = read_file(file, 1 << 20);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(*text, page());
}

TEST(SecretRules, ExamplesHaveTheLengthThatTheyAskFor) {
  EXPECT_EQ(secret_example("a{d3}b").size(), 5U);
  EXPECT_EQ(secret_example("{u}").size(), 36U);
  EXPECT_EQ(secret_example("{x}{\"a\": {}}"), "{x}{\"a\": {}}");
  EXPECT_EQ(secret_example("{w40}"), secret_example("{w40}"));
}

}  // namespace

}  // namespace whittle
