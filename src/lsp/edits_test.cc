// Edits that the server hands out: suppressing comments keep back what they are for, quick fixes
// parse, differences of lines give the text they come from.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "dockerfile/edit.h"
#include "dockerfile/parser.h"
#include "engine/lint.h"
#include "lint/rules/rules.h"
#include "lsp/actions.h"
#include "lsp/line_edits.h"
#include "lsp/suppress_edit.h"

namespace whittle {
namespace {

LintedFile lint_text(const std::string& text) {
  LintSource source;
  source.text = text;
  source.shown = "Dockerfile";
  auto policy = std::make_shared<LintPolicy>();
  for (const Rule* rule : rule_table()) policy->rules.emplace(rule->info.name);
  policy->rules.emplace(kParseErrorRule);
  source.policy = policy;
  LintOptions options;
  options.sources.push_back(source);
  CancelToken cancel;
  Result<LintRun> run = lint_files(options, cancel);
  EXPECT_TRUE(run.ok());
  return std::move(run->report.files.front());
}

std::string edited(const std::string& text, const std::vector<Edit>& edits) {
  Result<EditedText> result = apply_edits(text, edits);
  EXPECT_TRUE(result.ok());
  return result.ok() ? result->text : text;
}

Dockerfile parsed(const std::string& text) {
  Result<Dockerfile> file = parse_dockerfile(text, "Dockerfile", Limits());
  EXPECT_TRUE(file.ok());
  return std::move(*file);
}

size_t count_of_rule(const std::vector<Finding>& findings, const std::string& rule) {
  return static_cast<size_t>(std::count_if(
      findings.begin(), findings.end(), [&](const Finding& one) { return one.rule == rule; }));
}

// For every finding in the bad example of every rule.
TEST(SuppressEdit, KeepsBackWhatItIsFor) {
  size_t tried = 0;
  for (const Rule* rule : rule_table()) {
    std::string text(rule->info.bad);
    LintedFile linted = lint_text(text);
    Dockerfile file = parsed(text);
    for (const Finding& finding : linted.findings) {
      std::optional<Edit> edit = suppress_edit(file, finding);
      if (finding.rule == kParseErrorRule) {
        EXPECT_FALSE(edit);
        continue;
      }
      ASSERT_TRUE(edit) << finding.rule;
      ++tried;
      std::string commented = edited(text, {*edit});
      LintedFile after = lint_text(commented);
      EXPECT_LT(count_of_rule(after.findings, finding.rule),
                count_of_rule(linted.findings, finding.rule))
          << finding.rule << "\n"
          << commented;
      // It is a comment, and changes nothing else.
      Dockerfile reparsed = parsed(commented);
      ASSERT_EQ(reparsed.instructions.size(), file.instructions.size()) << commented;
      for (size_t i = 0; i < file.instructions.size(); ++i)
        EXPECT_EQ(reparsed.instructions[i].text, file.instructions[i].text) << commented;
      EXPECT_EQ(reparsed.directives.size(), file.directives.size()) << commented;
    }
  }
  EXPECT_GT(tried, rule_table().size() / 2);
}

TEST(SuppressEdit, FirstLinesOfAFile) {
  Finding context;
  context.rule = "vcs-in-context";
  auto suppressed = [&](const std::string& text) {
    std::optional<Edit> edit = suppress_edit(parsed(text), context);
    return edit ? edited(text, {*edit}) : "";
  };
  const std::string comment = "# whittle: ignore-file=vcs-in-context -- reason";
  EXPECT_EQ(suppressed("FROM a\r\n"), comment + "\r\nFROM a\r\n");
  EXPECT_EQ(suppressed("\xEF\xBB\xBF"
                       "FROM a\n"),
            "\xEF\xBB\xBF" + comment + "\nFROM a\n");
  EXPECT_EQ(suppressed("# syntax=x\n# escape=`\n\nFROM a\n"),
            "# syntax=x\n# escape=`\n" + comment + "\n\nFROM a\n");
}

TEST(Actions, FixesOfEveryRuleParse) {
  size_t fixes = 0;
  for (const Rule* rule : rule_table()) {
    std::string text(rule->info.bad);
    LintedFile linted = lint_text(text);
    Dockerfile file = parsed(text);
    Range all{0, static_cast<uint32_t>(text.size())};
    for (const FindingAction& action : actions_in(file, linted, all, Limits())) {
      if (action.kind != ActionKind::QuickFix || action.edits.empty()) continue;
      ++fixes;
      Dockerfile fixed = parsed(edited(text, action.edits));
      EXPECT_LE(fixed.has_errors(), file.has_errors()) << action.title;
      const Finding& finding = linted.findings[action.finding];
      EXPECT_EQ(action.is_preferred, finding.fix->applicability == Applicability::Safe)
          << finding.rule;
    }
  }
  EXPECT_GT(fixes, 50U);
}

TEST(LineEdits, GiveTheOtherText) {
  std::mt19937 random(5);
  for (int round = 0; round < 500; ++round) {
    auto text = [&] {
      std::string made;
      for (size_t i = random() % 12; i > 0; --i) made += std::string(1, "abc"[random() % 3]) + "\n";
      if (random() % 3 == 0) made += "end";
      return made;
    };
    std::string before = text();
    std::string after = text();
    std::vector<Edit> edits = line_edits(before, after);
    EXPECT_EQ(edited(before, edits), after);
    EXPECT_EQ(edits.empty(), before == after);
    for (size_t i = 1; i < edits.size(); ++i)
      EXPECT_LT(edits[i - 1].range.end, edits[i].range.begin);
  }
}

}  // namespace
}  // namespace whittle
