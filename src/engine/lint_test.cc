#include "engine/lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "analyze/read_image.h"
#include "lint/rules/rules.h"
#include "support/fake_shellcheck.h"
#include "support/image_builder.h"

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::shared_ptr<const LintPolicy> policy_of(const std::set<std::string>& rules) {
  auto policy = std::make_shared<LintPolicy>();
  policy->rules = rules;
  policy->fixable = rules;
  return policy;
}

LintOptions options_of(const std::string& text, const std::set<std::string>& rules) {
  LintOptions options;
  LintSource source;
  source.shown = "Dockerfile";
  source.text = text;
  source.policy = policy_of(rules);
  options.sources.push_back(std::move(source));
  return options;
}

LintRun run_of(const LintOptions& options) {
  Result<LintRun> run = lint_files(options, CancelToken());
  EXPECT_TRUE(run.ok());
  return run.ok() ? std::move(*run) : LintRun();
}

// "LINE RULE" of each finding.
std::vector<std::string> found(const LintRun& run) {
  std::vector<std::string> lines;
  for (const LintedFile& file : run.report.files) {
    for (const Finding& finding : file.findings) {
      lines.push_back(std::to_string(file.lines.line_of(finding.range.begin)) + " " + finding.rule);
    }
  }
  return lines;
}

constexpr const char* kSudo = "FROM debian:bookworm\nRUN sudo a\nRUN sudo b\n";

TEST(LintFiles, OnlyTheRulesOfThePolicy) {
  EXPECT_THAT(found(run_of(options_of(kSudo, {"sudo"}))), ElementsAre("2 sudo", "3 sudo"));
  EXPECT_THAT(found(run_of(options_of(kSudo, {}))), IsEmpty());
}

TEST(LintFiles, SeveritiesAndDescriptions) {
  LintOptions options = options_of(kSudo, {"sudo"});
  auto policy = std::make_shared<LintPolicy>(*options.sources[0].policy);
  policy->severities["sudo"] = Severity::Style;
  options.sources[0].policy = policy;
  LintRun run = run_of(options);
  EXPECT_EQ(run.report.files[0].findings[0].severity, Severity::Style);
  ASSERT_EQ(run.report.rules.size(), 1U);
  EXPECT_EQ(run.report.rules[0].severity, Severity::Error);  // the rule's own
  EXPECT_EQ(run.report.files[0].instruction_lines, (std::vector<uint32_t>{1, 2, 3}));
}

TEST(LintFiles, ParseErrorsAreFindings) {
  LintRun run = run_of(options_of("FROM a:1\nNOSUCH x\nRUN sudo b\n", {"sudo", "parse-error"}));
  EXPECT_THAT(found(run), ElementsAre("2 parse-error", "3 sudo"));
  EXPECT_EQ(run.report.files[0].findings[0].severity, Severity::Error);
}

TEST(LintFiles, CommentsKeepFindingsBack) {
  std::string text =
      "FROM debian:bookworm\n# whittle: ignore=sudo -- why\nRUN sudo a\nRUN sudo b\n";
  LintRun run = run_of(options_of(text, {"sudo", "unused-suppression"}));
  EXPECT_THAT(found(run), ElementsAre("4 sudo"));
  ASSERT_EQ(run.report.files[0].suppressed.size(), 1U);
  EXPECT_EQ(run.report.files[0].suppressed[0].by, "comment");
  EXPECT_EQ(run.report.files[0].suppressed[0].reason, "why");
  LintOptions deaf = options_of(text, {"sudo"});
  auto policy = std::make_shared<LintPolicy>(*deaf.sources[0].policy);
  policy->honours_comments = false;
  deaf.sources[0].policy = policy;
  EXPECT_THAT(found(run_of(deaf)), ElementsAre("3 sudo", "4 sudo"));
}

TEST(LintFiles, IdleCommentsAreFoundIfTheirRulesRan) {
  std::string text = "# whittle: ignore=sudo\nFROM debian:bookworm\n";
  EXPECT_THAT(found(run_of(options_of(text, {"sudo", "unused-suppression"}))),
              ElementsAre("1 unused-suppression"));
  EXPECT_THAT(found(run_of(options_of(text, {"maintainer", "unused-suppression"}))), IsEmpty());
  // Ids that only another tool knows.
  EXPECT_THAT(found(run_of(options_of("# hadolint ignore=SC9999\nFROM debian:bookworm\n",
                                      {"sudo", "unused-suppression"}))),
              IsEmpty());
  EXPECT_THAT(found(run_of(options_of("# whittle: ignore=sudoo\nFROM debian:bookworm\n",
                                      {"sudo", "unused-suppression"}))),
              ElementsAre("1 unused-suppression"));
}

TEST(LintFiles, FixesEndAndLeaveWhatIsKeptBack) {
  std::string text =
      "FROM debian:bookworm\nMAINTAINER a\n# whittle: ignore=maintainer\nMAINTAINER b\n";
  LintOptions options = options_of(text, {"maintainer", "unused-suppression"});
  options.fix = FixMode::Safe;
  LintRun run = run_of(options);
  const LintedFile& file = run.report.files[0];
  ASSERT_TRUE(file.original);
  EXPECT_EQ(*file.original, text);
  EXPECT_NE(file.text.find("MAINTAINER b"), std::string::npos);
  EXPECT_EQ(file.text.find("MAINTAINER a"), std::string::npos);
  EXPECT_THAT(run.changes, IsEmpty());  // nobody's file
  LintOptions again = options_of(file.text, {"maintainer", "unused-suppression"});
  again.fix = FixMode::Safe;
  EXPECT_FALSE(run_of(again).report.files[0].original);
}

TEST(LintFiles, IdleCommentsAreDeletedInsideOfARun) {
  LintOptions options =
      options_of("FROM debian:bookworm\r\nRUN a \\\r\n  # whittle: ignore=sudo\r\n  && b\r\n",
                 {"sudo", "unused-suppression"});
  options.fix = FixMode::Safe;
  EXPECT_EQ(run_of(options).report.files[0].text, "FROM debian:bookworm\r\nRUN a \\\r\n  && b\r\n");
  // A comment that keeps the next one from being a directive stays.
  LintOptions held = options_of("# whittle: ignore=sudo\n# escape=`\nFROM debian:bookworm\n",
                                {"sudo", "unused-suppression"});
  held.fix = FixMode::Safe;
  EXPECT_FALSE(run_of(held).report.files[0].original);
}

TEST(LintFiles, OnlyTheFixesThatAreAskedFor) {
  LintOptions options = options_of("FROM debian:bookworm\nMAINTAINER a\n", {"maintainer"});
  options.fix = FixMode::Safe;
  options.fix_only = {"sudo"};
  EXPECT_FALSE(run_of(options).report.files[0].original);
  options.fix_only = {"maintainer"};
  LintRun run = run_of(options);
  EXPECT_TRUE(run.report.files[0].original);
  ASSERT_EQ(run.report.files[0].applied.size(), 1U);
  EXPECT_EQ(run.report.files[0].applied[0].line, 2U);
}

TEST(LintFiles, OnlyLinesThatCount) {
  LintOptions options = options_of(kSudo, {"sudo"});
  options.is_changed = [](const LintSource&, uint32_t first, uint32_t last) {
    return first <= 3 && 3 <= last;
  };
  EXPECT_THAT(found(run_of(options)), ElementsAre("3 sudo"));
}

TEST(LintFiles, ATargetEndsTheFile) {
  LintOptions options = options_of(
      "FROM debian:bookworm AS a\nRUN sudo a\nFROM debian:bookworm\nRUN sudo b\n", {"sudo"});
  LintBuild build;
  build.target = "A";
  options.sources[0].builds = {build};
  EXPECT_THAT(found(run_of(options)), ElementsAre("2 sudo"));
  // Findings of several builds, each once.
  options.sources[0].builds.push_back({});
  EXPECT_THAT(found(run_of(options)), ElementsAre("2 sudo", "4 sudo"));
}

TEST(LintFiles, FixesAreThoseOfAllBuilds) {
  std::string text =
      "ARG A=1\nFROM debian:bookworm AS a\nMAINTAINER x\nFROM debian:bookworm\nMAINTAINER y\n";
  LintOptions options = options_of(text, {"maintainer", "no-healthcheck"});
  LintBuild first;
  first.target = "a";
  options.sources[0].builds = {first};
  options.fix = FixMode::Safe;
  LintRun run = run_of(options);
  EXPECT_NE(run.report.files[0].text.find("MAINTAINER y"), std::string::npos);
  EXPECT_EQ(run.report.files[0].text.find("MAINTAINER x"), std::string::npos);
  options.sources[0].builds.push_back({});
  run = run_of(options);
  EXPECT_EQ(run.report.files[0].text.find("MAINTAINER"), std::string::npos);
  ASSERT_EQ(run.report.files[0].applied.size(), 2U);
  EXPECT_EQ(run.report.files[0].applied[0].line, 3U);
  EXPECT_EQ(run.report.files[0].applied[1].line, 5U);
}

TEST(LintFiles, FindingsAboutTheContextCountWhenItsFilesChanged) {
  Result<TempDir> dir = TempDir::make("lint");
  ASSERT_TRUE(dir.ok());
  std::ofstream(dir->path() / "Dockerfile") << "FROM debian:bookworm\nCOPY . /app\n";
  fs::create_directories(dir->path() / ".git");
  std::ofstream(dir->path() / ".git/pack") << std::string(100'000, 'x');
  LintOptions options;
  LintSource source;
  source.path = dir->path() / "Dockerfile";
  source.shown = "Dockerfile";
  source.policy = policy_of({"vcs-in-context"});
  options.sources = {source};
  options.is_changed = [](const LintSource&, uint32_t, uint32_t) { return false; };
  EXPECT_THAT(found(run_of(options)), IsEmpty());
  options.is_context_changed = [&](const fs::path& root) {
    EXPECT_EQ(fs::canonical(root), fs::canonical(dir->path()));
    return true;
  };
  EXPECT_THAT(found(run_of(options)), ElementsAre("1 vcs-in-context"));
  options.fix = FixMode::Safe;
  EXPECT_EQ(run_of(options).changes.size(), 1U);
  options.is_context_changed = [](const fs::path&) { return false; };
  EXPECT_THAT(run_of(options).changes, IsEmpty());
}

// Lines 1 and 2 of what is asked are not the RUN's.
LintOptions shellcheck_options(const test::FakeShellcheck& fake,
                               const std::string& text,
                               const std::set<std::string>& rules) {
  LintOptions options = options_of(text, rules);
  options.shellcheck = std::make_shared<Shellcheck>(fake.options());
  return options;
}

std::string two_comments() {
  return test::shellcheck_answer(test::shellcheck_comment(3, 6, 3, 8, 2154) + "," +
                                 test::shellcheck_comment(3, 6, 3, 8, 2086));
}

TEST(LintFiles, ShellcheckIsAskedForWhatNoRuleSays) {
  test::FakeShellcheck fake(two_comments());
  std::string text = "FROM debian:bookworm\nRUN echo \\\n $x\n";
  LintRun run = run_of(shellcheck_options(fake, text, {"shellcheck"}));
  EXPECT_THAT(found(run), ElementsAre("3 SC2154"));
  ASSERT_EQ(run.report.rules.size(), 1U);
  EXPECT_EQ(run.report.rules[0].name, "SC2154");
  // One id alone, none at all.
  EXPECT_THAT(found(run_of(shellcheck_options(fake, text, {"SC2154"}))), ElementsAre("3 SC2154"));
  EXPECT_THAT(found(run_of(shellcheck_options(fake, text, {"SC9999"}))), IsEmpty());
  EXPECT_THAT(found(run_of(shellcheck_options(fake, text, {"sudo"}))), IsEmpty());
  LintOptions off = shellcheck_options(fake, text, {"shellcheck"});
  auto policy = std::make_shared<LintPolicy>(*off.sources[0].policy);
  policy->shellcheck = ShellcheckUse::Off;
  off.sources[0].policy = policy;
  EXPECT_THAT(found(run_of(off)), IsEmpty());
  policy->shellcheck = ShellcheckUse::Auto;
  policy->without = {"SC2154"};
  EXPECT_THAT(found(run_of(off)), IsEmpty());
  policy->without.clear();
  policy->severities["shellcheck"] = Severity::Error;
  EXPECT_EQ(run_of(off).report.files[0].findings[0].severity, Severity::Error);
}

TEST(LintFiles, CommentsKeepShellcheckBack) {
  test::FakeShellcheck fake(two_comments());
  for (const char* comment : {"# hadolint ignore=SC2154",
                              "# whittle: ignore=shellcheck",
                              "# whittle: ignore=all",
                              "# tally ignore=shellcheck/SC2154"}) {
    std::string text = "FROM debian:bookworm\n" + std::string(comment) + "\nRUN echo $x\n";
    LintRun run = run_of(shellcheck_options(fake, text, {"shellcheck", "unused-suppression"}));
    EXPECT_THAT(found(run), IsEmpty()) << comment;
    EXPECT_EQ(run.report.files[0].suppressed.size(), 1U) << comment;
  }
}

TEST(LintFiles, AsHadolintShellcheckDecides) {
  test::FakeShellcheck fake(two_comments());
  std::string text =
      "FROM debian:bookworm\n# hadolint ignore=SC2154\nRUN echo $x\nRUN for x in *.y; do cp $x "
      "/z/; done\n";
  LintOptions options = shellcheck_options(fake, text, {"shellcheck", "unquoted-variable"});
  auto policy = std::make_shared<LintPolicy>(*options.sources[0].policy);
  policy->imitates_hadolint = true;
  options.sources[0].policy = policy;
  EXPECT_THAT(found(run_of(options)), ElementsAre("3 SC2086"));
  // The rule speaks where the program is not there.
  options.shellcheck = std::make_shared<Shellcheck>(ShellcheckOptions{"/nonexistent/x", 1});
  EXPECT_THAT(found(run_of(options)), ElementsAre("4 unquoted-variable"));
  // Inside of a RUN its comments are none.
  LintOptions inside =
      options_of("FROM debian:bookworm\nRUN a && \\\n# hadolint ignore=DL3004\nsudo b\n", {"sudo"});
  EXPECT_THAT(found(run_of(inside)), IsEmpty());
  policy->rules = {"sudo"};
  inside.sources[0].policy = policy;
  EXPECT_THAT(found(run_of(inside)), ElementsAre("4 sudo"));
}

TEST(LintFiles, UnsafeFixesOfTheRealShellcheck) {
  if (!Shellcheck().is_there()) GTEST_SKIP() << "ShellCheck is not installed";
  std::string text = "FROM debian:bookworm\nRUN a=`date` && \\\n    echo \"$a\" `id`\n";
  LintOptions options = options_of(text, {"shellcheck"});
  options.fix = FixMode::Safe;
  EXPECT_FALSE(run_of(options).report.files[0].original);
  options.fix = FixMode::Unsafe;
  options.fix_only = {"SC2006"};
  EXPECT_EQ(run_of(options).report.files[0].text,
            "FROM debian:bookworm\nRUN a=$(date) && \\\n    echo \"$a\" $(id)\n");
}

TEST(LintFiles, RequiredShellcheckIsRequired) {
  LintOptions options = options_of(kSudo, {"sudo"});
  auto policy = std::make_shared<LintPolicy>(*options.sources[0].policy);
  policy->shellcheck = ShellcheckUse::Required;
  options.sources[0].policy = policy;
  options.shellcheck = std::make_shared<Shellcheck>(ShellcheckOptions{"/nonexistent/x", 1});
  Result<LintRun> run = lint_files(options, CancelToken());
  ASSERT_FALSE(run.ok());
  EXPECT_EQ(run.error().kind(), ErrorKind::NotFound);
}

TEST(LintFiles, CommentsOfTrivyExpire) {
  std::string text = "FROM debian:bookworm\n# trivy:ignore:DS-0010:exp:2026-05-01\nRUN sudo a\n";
  auto found_on = [&](const std::string& today) {
    LintOptions options = options_of(text, {"sudo"});
    auto policy = std::make_shared<LintPolicy>(*options.sources[0].policy);
    policy->settings.today = today;
    options.sources[0].policy = policy;
    return found(run_of(options));
  };
  EXPECT_THAT(found_on("2026-04-30"), IsEmpty());
  EXPECT_THAT(found_on("2026-05-01"), ElementsAre("3 sudo"));
  EXPECT_THAT(found_on(""), IsEmpty());
}

TEST(LintFiles, MisspeltWordsAreGuessed) {
  LintRun run =
      run_of(options_of("FORM debian\nFROM a:1\nCOPY --chwon=1 x /x\nNOSUCH y\n", {"parse-error"}));
  std::vector<std::string> guesses;
  const LintedFile& file = run.report.files[0];
  for (const Finding& finding : file.findings) {
    if (!finding.fix) continue;
    const Edit& edit = finding.fix->edits[0];
    guesses.push_back(std::string(edit.range.of(file.text)) + " " + edit.text + " " + finding.help);
    EXPECT_EQ(finding.fix->applicability, Applicability::Shown);
    EXPECT_EQ(finding.message.find("did you mean"), std::string::npos);
  }
  EXPECT_THAT(
      guesses,
      ElementsAre("FORM FROM Did you mean `FROM`?", "--chwon --chown Did you mean `--chown`?"));
}

TEST(LintFiles, FilesThatCannotBeReadAndThreads) {
  Result<TempDir> dir = TempDir::make("lint");
  ASSERT_TRUE(dir.ok());
  LintOptions options;
  for (int i = 0; i < 20; ++i) {
    LintSource source;
    source.path = dir->path() / ("Dockerfile." + std::to_string(i));
    source.shown = source.path.filename().string();
    source.policy = policy_of({"sudo"});
    if (i != 7) std::ofstream(source.path) << kSudo;
    options.sources.push_back(std::move(source));
  }
  LintRun one = run_of(options);
  options.threads = 4;
  LintRun four = run_of(options);
  EXPECT_EQ(found(one), found(four));
  EXPECT_EQ(found(one).size(), 38U);
  size_t unreadable = 0;
  for (const LintedFile& file : one.report.files) unreadable += !file.error.empty();
  EXPECT_EQ(unreadable, 1U);
}

TEST(LintFiles, TheFolderIsTheContextIfItHoldsWhatIsCopied) {
  Result<TempDir> dir = TempDir::make("lint");
  ASSERT_TRUE(dir.ok());
  fs::path file = dir->path() / "Dockerfile";
  std::ofstream(file) << "FROM debian:bookworm\nCOPY . /app\nCOPY there /x\n";
  fs::create_directories(dir->path() / ".git");
  std::ofstream(dir->path() / ".git/pack") << std::string(100'000, 'x');
  LintOptions options;
  LintSource source;
  source.path = file;
  source.shown = "Dockerfile";
  source.policy = policy_of({"vcs-in-context"});
  options.sources = {source};
  EXPECT_THAT(found(run_of(options)), IsEmpty());  // `there` is not there
  std::ofstream(dir->path() / "there") << "x";
  EXPECT_THAT(found(run_of(options)), ElementsAre("1 vcs-in-context"));
  options.fix = FixMode::Safe;
  LintRun fixed = run_of(options);
  ASSERT_EQ(fixed.changes.size(), 1U);
  EXPECT_TRUE(fixed.changes[0].is_new);
  EXPECT_EQ(fixed.changes[0].path.filename(), ".dockerignore");
  EXPECT_THAT(found(fixed), IsEmpty());
}

TEST(LintFiles, EveryRuleIsDescribed) {
  for (const Rule* rule : rule_table()) EXPECT_TRUE(describe_rule(rule->info.name));
  EXPECT_TRUE(describe_rule("parse-error"));
  EXPECT_TRUE(describe_rule("SC2154"));
  EXPECT_FALSE(describe_rule("no-such-rule"));
  EXPECT_THAT(rules_of_id("DL1000"), ElementsAre("parse-error"));
  EXPECT_THAT(rules_of_id("dl4000"), ElementsAre("maintainer"));
  EXPECT_THAT(rules_of_id("sc2154"), ElementsAre("SC2154"));
  EXPECT_THAT(rules_of_id("SC2086"), ElementsAre("unquoted-variable"));
}

// What a two-layer image with these commands in its history stores below var/lib/apt/lists.
std::shared_ptr<const ReadImage> image_with_lists(const std::string& command) {
  auto image = test::image_of(
      "layer\nfile bin/sh size=10\n"
      "layer\nfile var/lib/apt/lists/a size=1200\nfile var/lib/apt/lists/b size=34\n"
      "file usr/bin/curl size=99\n");
  image->info().config.history.resize(2);
  image->info().config.history[1].created_by = command;
  image->info().layers[0].history_index = 0;
  image->info().layers[1].history_index = 1;
  Result<std::unique_ptr<ReadImage>> read = read_image(*image, test::read_options());
  EXPECT_TRUE(read.ok());
  return std::shared_ptr<const ReadImage>(std::move(*read));
}

TEST(LintFiles, PricesInTheBytesOfTheImage) {
  std::string command = "apt-get update && apt-get install -y curl";
  LintOptions options = options_of("FROM debian:bookworm\nRUN " + command + "\n", {"apt-lists"});
  LintRun plain = run_of(options);
  ASSERT_EQ(plain.report.files[0].findings.size(), 1U);
  EXPECT_EQ(plain.report.files[0].findings[0].expected_saving_bytes, std::nullopt);
  options.image = image_with_lists("RUN /bin/sh -c " + command + " # buildkit");
  LintRun priced = run_of(options);
  ASSERT_EQ(priced.report.files[0].findings.size(), 1U);
  EXPECT_EQ(priced.report.files[0].findings[0].expected_saving_bytes, 1234U);
  // Once fixed, the file is not the one that built it.
  options.fix = FixMode::Safe;
  LintRun fixed = run_of(options);
  EXPECT_THAT(fixed.report.files[0].findings, IsEmpty());
  EXPECT_EQ(fixed.report.files[0].applied.size(), 1U);
}

TEST(LintFiles, RefusesAnImageOfAnotherFile) {
  LintOptions options = options_of("FROM debian:bookworm\nRUN apt-get update\n", {"apt-lists"});
  options.image = image_with_lists("COPY . /app # buildkit");
  LintRun run = run_of(options);
  EXPECT_THAT(run.report.files[0].error, testing::HasSubstr("was not built from this Dockerfile"));
}

}  // namespace
}  // namespace whittle
