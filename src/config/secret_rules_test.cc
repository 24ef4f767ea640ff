#include "config/secret_rules.h"

#include <gmock/gmock.h>

#include <fstream>

#include "base/fs.h"
#include "secrets/scanner.h"

namespace whittle {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

SecretRuleFile file_of(const std::string& text, const std::string& name) {
  Result<SecretRuleFile> file = parse_secret_rules(text, name);
  EXPECT_TRUE(file.ok()) << (file.ok() ? "" : file.error().message());
  return file.ok() ? *file : SecretRuleFile();
}

std::string error_of(const std::string& text, const std::string& name) {
  Result<SecretRuleFile> file = parse_secret_rules(text, name);
  return file.ok() ? "" : file.error().message();
}

std::vector<std::string> found(const SecretRuleSet& rules,
                               std::string_view path,
                               std::string_view text) {
  auto scanner = SecretScanner::make(rules, {"", SecretEngine::Keywords});
  EXPECT_TRUE(scanner.ok());
  std::vector<std::string> lines;
  for (const SecretHit& hit : (*scanner)->scan(path, text))
    lines.push_back(hit.rule + (hit.suppressed.empty() ? "" : " " + hit.suppressed));
  return lines;
}

constexpr const char* kGitleaks = R"(
title = "house rules"
[[rules]]
id = "house-token"
description = "House token"
regex = '''house_([a-z0-9]{8})'''
secretGroup = 1
entropy = 2
keywords = ["HOUSE_"]
[[rules.allowlists]]
description = "old ones"
regexes = ['''^old''']
[[rules]]
id = "store"
path = '''\.jks$'''
[allowlist]
paths = ['''^vendor/''']
stopwords = ["zzz"]
)";

TEST(GitleaksRules, AreReadAsTheyAre) {
  SecretRuleSet rules = file_of(kGitleaks, "g.toml").rules;
  ASSERT_EQ(rules.rules.size(), 2U);
  EXPECT_EQ(rules.rules[0].title, "House token");
  EXPECT_EQ(rules.rules[0].group, "1");
  EXPECT_THAT(rules.rules[0].keywords, ElementsAre("house_"));
  EXPECT_THAT(found(rules, "a", "house_abcd1234"), ElementsAre("house-token"));
  EXPECT_THAT(found(rules, "a", "house_aaaaaaab"), IsEmpty());
  EXPECT_THAT(found(rules, "a", "house_old12345"),
              ElementsAre("house-token allowed by g.toml:10: old ones"));
  EXPECT_THAT(found(rules, "vendor/a", "house_abcd1234"),
              ElementsAre("house-token allowed by g.toml:16"));
  EXPECT_THAT(found(rules, "a", "house_azzz1234"), ElementsAre("house-token allowed by g.toml:16"));
  EXPECT_THAT(found(rules, "x.jks", ""), ElementsAre("store"));
}

TEST(GitleaksRules, ExtendTheBuiltInOnes) {
  SecretRuleSet rules = file_of(R"(
[extend]
useDefault = true
disabledRules = ["github-pat"]
[[rules]]
id = "gitlab-pat"
[[rules.allowlists]]
paths = ["x"]
[[rules]]
id = "jwt"
regex = "my-jwt"
)",
                                "g.toml")
                            .rules;
  EXPECT_EQ(rules.rules.size(), default_secret_rules().rules.size() - 1);
  EXPECT_EQ(rules.find("github-pat"), nullptr);
  EXPECT_EQ(*rules.find("gitlab-pat"), *default_secret_rules().find("gitlab-pat"));
  EXPECT_EQ(rules.find("jwt")->pattern, "my-jwt");
  ASSERT_EQ(rules.allow.size(), 1U);
  EXPECT_THAT(rules.allow[0].only_rules, ElementsAre("gitlab-pat"));
}

TEST(GitleaksRules, KeepCharactersBeyondAscii) {
  SecretRuleSet rules =
      file_of("# é\n[[rules]]\nid = \"own\"\ndescription = \"clé ~7e\"\nregex = \"clé~[0-9]+\"\n",
              "g.toml")
          .rules;
  ASSERT_EQ(rules.rules.size(), 1U);
  EXPECT_EQ(rules.rules[0].title, "clé ~7e");
  EXPECT_THAT(found(rules, "a", "clé~12"), ElementsAre("own"));
}

TEST(GitleaksRules, ErrorsNameTheLine) {
  EXPECT_THAT(error_of("[!a]\n", "g.toml"), HasSubstr("g.toml:1:2"));
  EXPECT_THAT(error_of("a = [\n", "g.toml"), HasSubstr("g.toml:"));
  EXPECT_THAT(error_of("\n[[rules]]\nid = \"a\"\nregex = '''(a'''\n", "g.toml"),
              HasSubstr("g.toml:4:9: `(a`:"));
  EXPECT_THAT(error_of("[[rules]]\nregex = 'a'\n", "g.toml"), HasSubstr("without an `id`"));
  EXPECT_THAT(error_of("[[rules]]\nid = 'a'\n", "g.toml"), HasSubstr("extends none"));
  EXPECT_THAT(error_of("rules = [1]\n", "g.toml"), HasSubstr("g.toml:1:10: a table"));
  EXPECT_THAT(file_of("[extend]\nurl = 'https://example.net'\n", "g.toml").problems,
              ElementsAre(HasSubstr("g.toml:2")));
}

TEST(GitleaksRules, ExtendAFile) {
  auto folder = TempDir::make("rules");
  ASSERT_TRUE(folder.ok());
  std::ofstream(folder->path() / "base.toml") << "[[rules]]\nid='b'\nregex='bbb'\n";
  std::ofstream(folder->path() / "top.toml")
      << "[extend]\npath='base.toml'\n[[rules]]\nid='t'\nregex='ttt'\n";
  Result<SecretRuleFile> file = read_secret_rules((folder->path() / "top.toml").string());
  ASSERT_TRUE(file.ok());
  EXPECT_THAT(found(file->rules, "a", "bbb ttt"), ElementsAre("b", "t"));
  // One that extends itself ends.
  std::ofstream(folder->path() / "top.toml") << "[extend]\npath='top.toml'\n";
  EXPECT_TRUE(read_secret_rules((folder->path() / "top.toml").string()).ok());
  std::ofstream(folder->path() / "top.toml") << "[extend]\npath='none.toml'\n";
  EXPECT_FALSE(read_secret_rules((folder->path() / "top.toml").string()).ok());
}

constexpr const char* kTrivy = R"(
rules:
  - id: house-token
    category: house
    title: House token
    severity: CRITICAL
    keywords: [house]
    path: \.conf$
    regex: house_(?P<secret>[a-z0-9]{8})
    secret-group-name: secret
    allow-rules:
      - id: old
        regex: old
allow-rules:
  - description: docs
    path: ^docs/
disable-rules:
  - github-pat
  - no-such-rule
exclude-block:
  regexes: ["(?s)BEGIN.*?END"]
)";

TEST(TrivySecretRules, AddToTheBuiltInOnes) {
  SecretRuleFile file = file_of(kTrivy, "trivy-secret.yaml");
  EXPECT_EQ(file.rules.rules.size(), default_secret_rules().rules.size());
  EXPECT_EQ(file.rules.find("github-pat"), nullptr);
  EXPECT_EQ(file.rules.find("house-token")->level, RiskLevel::Critical);
  EXPECT_THAT(file.problems,
              ElementsAre("trivy-secret.yaml:19: no built-in rule is called `no-such-rule`"));
  EXPECT_THAT(found(file.rules, "a.conf", "house_k3x9z7q2"), ElementsAre("house-token"));
  EXPECT_THAT(found(file.rules, "a.txt", "house_k3x9z7q2"), IsEmpty());
  EXPECT_THAT(found(file.rules, "a.conf", "house_old12345"),
              ElementsAre(HasSubstr("allowed by old")));
  EXPECT_THAT(found(file.rules, "docs/a.conf", "house_k3x9z7q2"),
              ElementsAre(HasSubstr("allowed")));
  EXPECT_THAT(found(file.rules, "a.conf", "BEGIN\nhouse_k3x9z7q2\nEND"),
              ElementsAre(HasSubstr("the excluded block")));
}

TEST(TrivySecretRules, EnableSomeBuiltInOnes) {
  SecretRuleSet rules =
      file_of("enable-builtin-rules: [github-pat]\nrules:\n  - {id: own, regex: abc}\n", "t.yaml")
          .rules;
  EXPECT_EQ(rules.rules.size(), 2U);
}

TEST(TrivySecretRules, ErrorsNameTheLine) {
  EXPECT_THAT(error_of("rules:\n  - id: a\n    regex: (a\n", "t.yaml"), HasSubstr("t.yaml:3:"));
  EXPECT_THAT(error_of("rules:\n  - id: a\n", "t.yaml"), HasSubstr("without a `regex`"));
  EXPECT_THAT(error_of("rules:\n  - {id: a, regex: a, severity: huge}\n", "t.yaml"),
              HasSubstr("huge"));
  EXPECT_THAT(error_of("- a\n", "t.yaml"), HasSubstr("t.yaml:1:"));
  EXPECT_TRUE(parse_secret_rules("", "t.yaml").ok());
}

}  // namespace

}  // namespace whittle
