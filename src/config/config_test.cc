#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "config/baseline.h"
#include "config/find.h"
#include "config/hadolint_config.h"
#include "config/hadolint_rules.h"
#include "config/policy.h"
#include "config/read.h"
#include "config/yaml.h"
#include "lint/rules/rules.h"

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

LintConfig config_of(const std::string& text) {
  Result<LintConfig> config = parse_config(text, "whittle.yaml");
  EXPECT_TRUE(config.ok()) << config.error().message();
  return config.ok() ? *config : LintConfig();
}

std::string error_of(const std::string& text) {
  Result<LintConfig> config = parse_config(text, "w.yaml");
  return config.ok() ? "" : config.error().message();
}

LintPolicy policy_of(const LintConfig& config, std::string_view path = "") {
  Result<LintPolicy> policy = make_policy(config, path);
  EXPECT_TRUE(policy.ok()) << policy.error().message();
  return policy.ok() ? *policy : LintPolicy();
}

bool runs(const LintPolicy& policy, const std::string& rule) {
  return policy.rules.count(rule) > 0;
}

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

TEST(Yaml, PlacesAndKinds) {
  Result<YamlNode> root = parse_yaml("a: [x, \"y\"]\nb:\n  c: 1\nd:\n", "f");
  ASSERT_TRUE(root.ok());
  ASSERT_EQ(root->kind, YamlNode::Kind::Mapping);
  const YamlNode* list = root->find("a");
  ASSERT_NE(list, nullptr);
  ASSERT_EQ(list->items.size(), 2U);
  EXPECT_EQ(list->items[0].text, "x");
  EXPECT_FALSE(list->items[0].is_quoted);
  EXPECT_TRUE(list->items[1].is_quoted);
  EXPECT_EQ(list->items[1].line, 1U);
  EXPECT_EQ(list->items[1].column, 8U);
  EXPECT_EQ(root->find("b")->find("c")->line, 3U);
  EXPECT_EQ(root->find("d")->kind, YamlNode::Kind::Null);
  EXPECT_EQ(root->find("e"), nullptr);
}

TEST(Yaml, HostileTextsAreErrors) {
  EXPECT_EQ(parse_yaml(std::string(100'000, '['), "f").error().kind(), ErrorKind::Limit);
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += std::string(static_cast<size_t>(i), ' ') + "a:\n";
  EXPECT_FALSE(parse_yaml(deep, "f").ok());
  // Aliases that would stand for a billion nodes.
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 0; j < 9; ++j) bomb += ", " + before;
    bomb += "]\n";
  }
  EXPECT_EQ(parse_yaml(bomb, "f").error().kind(), ErrorKind::Limit);
  EXPECT_THAT(parse_yaml("a: [b\nc: d\n", "f").error().message(), HasSubstr("f:"));
}

TEST(Config, AllKeys) {
  LintConfig config = config_of(R"(preset: strict
select: [apt-lists, DL3008]
extend-select: [pipefail]
ignore: [WH1021]
severity:
  DL3006: error
fixable: [all]
unfixable: [apt-lists]
extend-safe-fixes: [apt-no-recommends]
extend-unsafe-fixes: [maintainer]
per-file-ignores:
  "test/**": [sudo]
exclude: [vendor/]
trusted-registries: [registry.example.com]
named-contexts: [src]
label-schema:
  maintainer: email
strict-labels: true
formats: [text, sarif=lint.sarif]
fail-level: warning
shellcheck: off
disable-ignore-pragma: true
)");
  EXPECT_EQ(config.preset, "strict");
  EXPECT_THAT(config.select, ElementsAre("apt-lists", "DL3008"));
  EXPECT_THAT(config.ignore, ElementsAre("WH1021"));
  EXPECT_EQ(config.severity[0].second, Severity::Error);
  EXPECT_EQ(config.per_file_ignores[0].pattern, "test/**");
  EXPECT_EQ(config.settings.label_schema[0].second, LabelType::Email);
  EXPECT_TRUE(config.settings.strict_labels);
  EXPECT_THAT(config.formats, ElementsAre("text", "sarif=lint.sarif"));
  EXPECT_EQ(config.fail_level, FailLevel::Warning);
  EXPECT_EQ(config.honours_comments, false);
  EXPECT_EQ(config.shellcheck, ShellcheckUse::Off);
  EXPECT_TRUE(config_of("").preset.empty());
  EXPECT_TRUE(config_of("# nothing\n").preset.empty());
}

TEST(Config, MistakesHaveTheirPlace) {
  EXPECT_EQ(error_of("ignores: [a]\n"),
            "w.yaml:1:1: there is no key `ignores`; did you mean `ignore`?");
  EXPECT_EQ(error_of("\nfail-level: often\n"),
            "w.yaml:2:13: this has to be error, warning, info, style or never");
  EXPECT_EQ(error_of("ignore: sudo\n"), "w.yaml:1:9: this has to be a list");
  EXPECT_EQ(error_of("ignore: [sudoo]\n"), "w.yaml:1:10: there is no rule `sudoo`");
  EXPECT_EQ(error_of("strict-labels: \"true\"\n"), "w.yaml:1:16: this has to be true or false");
  EXPECT_EQ(error_of("preset: best\n"),
            "w.yaml:1:9: `best` is none of default, strict, security, size, hadolint");
  EXPECT_EQ(error_of("severity: {sudo: loud}\n"),
            "w.yaml:1:18: a severity is error, warning, info or style");
  EXPECT_EQ(error_of("- a\n"), "w.yaml:1:1: this is no mapping of keys to values");
  EXPECT_THAT(error_of("a: b: c\n"), HasSubstr("w.yaml:1:"));
}

TEST(Policy, SelectionBegins) {
  LintConfig config;
  EXPECT_TRUE(runs(policy_of(config), "sudo"));
  EXPECT_TRUE(runs(policy_of(config), "parse-error"));
  EXPECT_FALSE(runs(policy_of(config), "apt-pin"));  // a matter of the house
  config.extend_select = {"DL3008"};
  EXPECT_TRUE(runs(policy_of(config), "apt-pin"));
  config.select = {"sudo"};
  EXPECT_TRUE(runs(policy_of(config), "sudo"));
  EXPECT_FALSE(runs(policy_of(config), "apt-lists"));
  config.ignore = {"CKV2_DOCKER_1"};
  EXPECT_FALSE(runs(policy_of(config), "sudo"));
  config.ignore = {"no-such-rule"};
  EXPECT_FALSE(make_policy(config, "").ok());
}

TEST(Policy, Presets) {
  LintConfig config;
  config.preset = "strict";
  EXPECT_EQ(policy_of(config).rules.size(), rule_table().size() + 3);
  config.preset = "security";
  EXPECT_TRUE(runs(policy_of(config), "secret-in-arg-env"));
  EXPECT_FALSE(runs(policy_of(config), "apt-lists"));
  config.preset = "size";
  EXPECT_TRUE(runs(policy_of(config), "apt-lists"));
  EXPECT_FALSE(runs(policy_of(config), "sudo"));
  for (const char* rule :
       {"metadata-copy-layer", "prefer-multi-stage", "base-image-large", "apk-virtual"})
    EXPECT_TRUE(runs(policy_of(config), rule)) << rule;
  EXPECT_FALSE(runs(policy_of(config), "shellcheck"));
  config.preset = "hadolint";
  LintPolicy hadolint = policy_of(config);
  EXPECT_TRUE(runs(hadolint, "apt-pin"));
  EXPECT_TRUE(runs(hadolint, "shellcheck"));
  EXPECT_FALSE(runs(hadolint, "no-healthcheck"));  // DL3057 is off there
  EXPECT_FALSE(runs(hadolint, "vcs-in-context"));
  EXPECT_EQ(hadolint.severities.at("apt-lists"), Severity::Info);  // DL3009
  config.preset = "none";
  EXPECT_FALSE(make_policy(config, "").ok());
}

TEST(Policy, AnIdOfSeveralRulesNamesAll) {
  Result<std::vector<std::string>> all = rules_named("all");
  ASSERT_TRUE(all.ok());
  EXPECT_EQ(all->size(), rule_table().size() + 3);
  Result<std::vector<std::string>> none = rules_named("apt-list");
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().hint(), "Did you mean `apt-lists`?");
  EXPECT_THAT(*rules_named("AVD-DS-0022"), ElementsAre("maintainer"));
}

TEST(Policy, IdsOfShellcheckAreRules) {
  EXPECT_THAT(*rules_named("sc2154"), ElementsAre("SC2154"));
  EXPECT_THAT(*rules_named("shellcheck/SC2154"), ElementsAre("SC2154"));
  EXPECT_THAT(*rules_named("SC2086"), ElementsAre("unquoted-variable"));
  EXPECT_FALSE(rules_named("SC21").ok());
  LintConfig config;
  config.ignore = {"SC2154"};
  config.severity = {{"SC2016", Severity::Error}};
  config.shellcheck = ShellcheckUse::Required;
  LintPolicy policy = policy_of(config);
  EXPECT_TRUE(runs(policy, "shellcheck"));
  EXPECT_THAT(policy.without, ElementsAre("SC2154"));
  EXPECT_EQ(policy.severities.at("SC2016"), Severity::Error);
  EXPECT_EQ(policy.shellcheck, ShellcheckUse::Required);
  config.ignore = {"shellcheck"};
  EXPECT_FALSE(runs(policy_of(config), "shellcheck"));
}

TEST(Policy, PerFileIgnores) {
  LintConfig config;
  config.per_file_ignores = {{"test/**", {"sudo"}}, {"*.dev.Dockerfile", {"DL3006"}}};
  EXPECT_FALSE(runs(policy_of(config, "test/a/Dockerfile"), "sudo"));
  EXPECT_TRUE(runs(policy_of(config, "src/Dockerfile"), "sudo"));
  EXPECT_FALSE(runs(policy_of(config, "x/y.dev.Dockerfile"), "image-untagged"));
}

TEST(Policy, FixesOfRules) {
  LintConfig config;
  config.fixable = {"apt-lists", "sudo"};
  config.unfixable = {"sudo"};
  config.extend_safe_fixes = {"DL3015"};
  LintPolicy policy = policy_of(config);
  EXPECT_THAT(policy.fixable, ElementsAre("apt-lists"));
  EXPECT_THAT(policy.safe, ElementsAre("apt-no-recommends"));
}

TEST(Policy, Levels) {
  EXPECT_EQ(parse_fail_level("none"), FailLevel::Never);
  EXPECT_EQ(parse_fail_level("WARNING"), FailLevel::Warning);
  EXPECT_EQ(parse_fail_level("loud"), std::nullopt);
  EXPECT_TRUE(is_at_least(Severity::Info, FailLevel::Info));
  EXPECT_FALSE(is_at_least(Severity::Style, FailLevel::Info));
  EXPECT_FALSE(is_at_least(Severity::Error, FailLevel::Never));
}

TEST(Finder, TheNearestFileCounts) {
  Result<TempDir> dir = TempDir::make("config");
  ASSERT_TRUE(dir.ok());
  fs::path top = dir->path();
  write(top / "whittle.yaml", "ignore: [sudo]\n");
  fs::create_directories(top / "repo/.git");
  write(top / "repo/a/.whittle.yaml", "extends: ../base.yaml\nignore: [apt-lists]\n");
  write(top / "repo/base.yaml", "ignore: [maintainer]\n");
  fs::create_directories(top / "repo/b");
  fs::create_directories(top / "repo/a/deep");
  ConfigFinder finder({});
  auto policy = [&](const fs::path& file) {
    auto found = finder.policy_for(file);
    EXPECT_TRUE(found.ok()) << found.error().message();
    return *found;
  };
  auto deep = policy(top / "repo/a/deep/Dockerfile");
  EXPECT_FALSE(runs(*deep, "apt-lists"));
  EXPECT_FALSE(runs(*deep, "maintainer"));
  EXPECT_TRUE(runs(*deep, "sudo"));
  // The repository's top is the end.
  EXPECT_TRUE(runs(*policy(top / "repo/b/Dockerfile"), "sudo"));
  EXPECT_FALSE(runs(*policy(top / "Dockerfile"), "sudo"));
  ConfigSearch none;
  none.uses_files = false;
  none.changes.ignore = {"pipefail"};
  ConfigFinder without(none);
  auto changed = without.policy_for(top / "Dockerfile");
  ASSERT_TRUE(changed.ok());
  EXPECT_TRUE(runs(**changed, "sudo"));
  EXPECT_FALSE(runs(**changed, "pipefail"));
}

TEST(Finder, ExtendsWithoutEndIsAnError) {
  Result<TempDir> dir = TempDir::make("config");
  ASSERT_TRUE(dir.ok());
  write(dir->path() / "a.yaml", "extends: a.yaml\n");
  EXPECT_EQ(read_config(dir->path() / "a.yaml").error().kind(), ErrorKind::Invalid);
  EXPECT_EQ(read_config(dir->path() / "none.yaml").error().kind(), ErrorKind::NotFound);
}

// Known figures of hadolint 2.15: 71 rules and the parse error, two of them off.
TEST(HadolintRules, Table) {
  EXPECT_EQ(hadolint_rules().size(), 72U);
  EXPECT_EQ(find_hadolint_rule("DL3009")->severity, Severity::Info);
  EXPECT_EQ(find_hadolint_rule("DL4000")->severity, Severity::Error);
  EXPECT_EQ(find_hadolint_rule("DL3057")->severity, std::nullopt);
  EXPECT_EQ(find_hadolint_rule("DL1001")->severity, std::nullopt);
  EXPECT_EQ(find_hadolint_rule("DL9999"), nullptr);
}

TEST(HadolintConfigs, ReadsItsFile) {
  Result<HadolintConfig> config = parse_hadolint_config(R"(failure-threshold: none
format: json
ignored: [DL3000, SC1010]
override:
  error: [DL3001]
  style: [DL3015]
trustedRegistries: ["*.example.com"]
label-schema: {author: text}
strict-labels: true
no-fail: false
something: else
)",
                                                        "h");
  ASSERT_TRUE(config.ok()) << config.error().message();
  EXPECT_EQ(config->threshold, FailLevel::Style);
  EXPECT_THAT(config->formats, ElementsAre("json"));
  LintPolicy policy = hadolint_policy(*config);
  EXPECT_FALSE(runs(policy, "workdir-relative"));
  EXPECT_EQ(policy.severities.at("dangerous-command"), Severity::Error);
  EXPECT_EQ(policy.severities.at("apt-no-recommends"), Severity::Style);
  EXPECT_TRUE(policy.settings.strict_labels);
  EXPECT_FALSE(parse_hadolint_config("failure-threshold: bogus\n", "h").ok());
  EXPECT_FALSE(parse_hadolint_config("ignored: DL3000\n", "h").ok());
}

TEST(HadolintConfigs, OptionsFileAndEnvironment) {
  auto environment = [](const char* name) -> std::optional<std::string> {
    if (std::string_view(name) == "HADOLINT_IGNORE") return "DL3006,,DL3007";
    if (std::string_view(name) == "HADOLINT_NOFAIL") return "1";
    if (std::string_view(name) == "HADOLINT_FAILURE_THRESHOLD") return "error";
    return std::nullopt;
  };
  HadolintConfig weak = hadolint_environment(environment);
  HadolintConfig strong;
  strong.ignored = {"DL3000"};
  strong.threshold = FailLevel::Style;
  HadolintConfig both = joined(strong, weak);
  EXPECT_THAT(both.ignored, ElementsAre("DL3000", "DL3006", "DL3007"));  // lists are joined
  EXPECT_EQ(both.threshold, FailLevel::Style);
  EXPECT_EQ(both.no_fail, true);
}

TEST(HadolintConfigs, ThresholdsAndLabelsAreReadExactly) {
  EXPECT_EQ(parse_hadolint_threshold("error"), FailLevel::Error);
  EXPECT_EQ(parse_hadolint_threshold("none"), FailLevel::Style);
  EXPECT_EQ(parse_hadolint_threshold("ERROR"), std::nullopt);
  EXPECT_EQ(parse_hadolint_threshold("never"), std::nullopt);
  EXPECT_EQ(parse_hadolint_label("a:b:url")->first, "a:b");
  EXPECT_EQ(parse_hadolint_label("a")->second, LabelType::Text);
  EXPECT_FALSE(parse_hadolint_label("a:nothing").ok());
  EXPECT_FALSE(parse_hadolint_label("").ok());
}

TEST(HadolintConfigs, WhatIsOffCanBeTurnedOnAndIgnoredWins) {
  HadolintConfig config;
  config.infos = {"DL3057"};
  EXPECT_TRUE(runs(hadolint_policy(config), "no-healthcheck"));
  config.errors = {"DL3006"};
  config.ignored = {"DL3006"};
  EXPECT_FALSE(runs(hadolint_policy(config), "image-untagged"));
}

LintReport report_of(const std::string& text, const std::vector<uint32_t>& lines) {
  LintReport report;
  LintedFile& file = report.files.emplace_back();
  file.path = "Dockerfile";
  file.text = text;
  file.lines = LineIndex(text);
  for (uint32_t line : lines) {
    Finding finding;
    finding.rule = "sudo";
    finding.range = {file.lines.line_begin(line) + 1, file.lines.line_begin(line) + 2};
    file.findings.push_back(finding);
  }
  return report;
}

TEST(Baselines, KnowMovedLinesAndCount) {
  Baseline first = Baseline::of(report_of("aa\nbb\nbb\n", {1, 2, 3}));
  Result<Baseline> read = Baseline::parse(first.to_json(), "b");
  ASSERT_TRUE(read.ok()) << read.error().message();
  EXPECT_EQ(read->to_json(), first.to_json());
  // Moved by two lines; one `bb` more than was known; `aa` is gone.
  LintReport now = report_of("x\ny\n  bb\nbb\nbb\n", {3, 4, 5});
  EXPECT_EQ(read->apply(now), 1U);
  EXPECT_EQ(now.files[0].findings.size(), 1U);
  ASSERT_EQ(now.files[0].suppressed.size(), 2U);
  EXPECT_EQ(now.files[0].suppressed[0].by, "baseline");
}

TEST(Baselines, OtherTextsAreErrors) {
  for (const char* text : {"",
                           "[]",
                           "{}",
                           "{\"version\":2,\"findings\":[]}",
                           "{\"version\":1,\"findings\":[1]}",
                           "{\"findings\":[]}"}) {
    EXPECT_FALSE(Baseline::parse(text, "b").ok()) << text;
  }
  EXPECT_TRUE(Baseline::parse(Baseline().to_json(), "b").ok());
}

}  // namespace
}  // namespace whittle
