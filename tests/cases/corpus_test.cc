// Properties of fixes over the real Dockerfiles of the corpus (when it is there) and mutations of
// them: each fix applies and parses, each safe one means the same, plans converge, and a second run
// changes nothing.
#include "support/corpus.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/fs.h"
#include "base/strings.h"
#include "dockerfile/edit.h"
#include "dockerfile/parser.h"
#include "lint/rules/rules.h"
#include "plan/guard.h"
#include "plan/planner.h"

namespace whittle {

namespace {

using test::corpus_files;
using test::kDockerfileCorpus;

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
  ASSERT_TRUE(fixed.ok() && !fixed->has_errors()) << path << "\n" << plan->dockerfile;
  Result<Plan> again = make_plan(*fixed, context, nullptr, options);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->dockerfile, plan->dockerfile) << path;
}

bool is_placed(const Dockerfile& file, uint32_t offset) {
  Range byte{offset, offset + 1};
  auto has = [&](const auto& one) { return one.range.contains(byte); };
  return std::any_of(file.instructions.begin(), file.instructions.end(), has) ||
         std::any_of(file.problems.begin(), file.problems.end(), has) ||
         std::any_of(file.tokens.begin(), file.tokens.end(), [&](const Token& token) {
           return token.kind == TokenKind::Comment || token.kind == TokenKind::Directive
                      ? has(token)
                      : false;
         });
}

// A finding stands on text: no blanks at its ends, no part of a character, from one instruction,
// comment or directive to another. Those about the context stand nowhere, and one is about blanks.
void check_place(const Dockerfile& file, const Finding& finding, const fs::path& path) {
  Range range = finding.range;
  ASSERT_LE(range.end, file.source.size()) << path << " " << finding.rule;
  if (range == Range{}) return;
  ASSERT_LT(range.begin, range.end) << path << " " << finding.rule;
  std::string_view text = range.of(file.source);
  std::string told = path.string() + " " + finding.rule + ": " + std::string(text);
  bool is_about_blanks = finding.rule == "empty-continuation";
  EXPECT_TRUE(is_about_blanks || !(is_space(text.front()) || is_space(text.back()))) << told;
  auto is_inside = [&](size_t at) {
    return at < file.source.size() && (static_cast<unsigned char>(file.source[at]) & 0xC0U) == 0x80;
  };
  EXPECT_FALSE(is_inside(range.begin) || is_inside(range.end)) << told;
  EXPECT_TRUE(is_placed(file, range.begin) && is_placed(file, range.end - 1)) << told;
}

// Every fix by itself: it applies and parses, and a safe one keeps the meaning but for what its
// rule declares. The planner would refuse it otherwise; here there must be nothing to refuse.
size_t check_each_fix(const Dockerfile& file, const BuildContext& context, const fs::path& path) {
  LintInput input = make_lint_input(file, {}, Limits());
  input.context = &context;
  size_t safe = 0;
  for (const Finding& finding : run_rules(input)) {
    check_place(file, finding, path);
    if (!finding.fix || finding.fix->applicability == Applicability::Shown) continue;
    Result<EditedText> edited = apply_edits(file.source, finding.fix->edits);
    EXPECT_TRUE(edited.ok()) << path << " " << finding.rule;
    if (!edited.ok()) continue;
    Result<Dockerfile> fixed = parse_dockerfile(edited->text, "Dockerfile", Limits());
    EXPECT_TRUE(fixed.ok() && !fixed->has_errors()) << path << " " << finding.rule << "\n"
                                                    << edited->text;
    bool is_safe = finding.fix->applicability == Applicability::Safe;
    if (!fixed.ok() || !is_safe) continue;
    ++safe;
    uint32_t declares = find_rule(finding.rule)->info.declares;
    EXPECT_EQ(first_difference(file, *fixed, declares, {}, Limits()), "")
        << path << " " << finding.rule << "\n"
        << edited->text;
  }
  return safe;
}

// One small change of a text, chosen by `seed`: what people do to files in an editor.
std::string mutated(const std::string& source, uint32_t seed) {
  std::vector<std::string> lines;
  for (std::string_view line : split_lines(source)) lines.emplace_back(line);
  if (lines.size() < 2) return source + "\n";
  size_t at = (seed * 2654435761U) % lines.size();
  switch (seed % 6) {
    case 0:
      lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    case 1:
      lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), lines[at]);
      break;
    case 2:
      std::swap(lines[at], lines[(at + 1) % lines.size()]);
      break;
    case 3:
      lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at),
                   "  # a comment; it's \"here\" \\");
      break;
    case 4:
      return replace_all(replace_all(source, "\r\n", "\n"), "\n", "\r\n");
    default:
      lines[at] = to_upper(lines[at]);
      break;
  }
  return join(lines, "\n") + "\n";
}

struct Counts {
  size_t planned = 0;
  size_t safe = 0;
};

// `change` turns each file of the corpus, or every third one, into the text that is looked at.
template <typename Change>
Counts check_corpus(uint32_t step, Change change) {
  Counts counts;
  Result<TempDir> empty = TempDir::make("corpus");
  EXPECT_TRUE(empty.ok());
  Result<BuildContext> context = read_context(empty->path(), {}, Limits(), {});
  EXPECT_TRUE(context.ok()) << context.error().message();
  uint32_t number = 0;
  for (const fs::path& path : corpus_files()) {
    if (++number % step != 0) continue;
    Result<std::string> source = read_file(path, 1 << 20);
    EXPECT_TRUE(source.ok());
    Result<Dockerfile> file =
        parse_dockerfile(change(std::move(*source), number / step), "Dockerfile", Limits());
    EXPECT_TRUE(file.ok()) << path;
    if (!file.ok()) continue;
    if (file->has_errors()) {
      EXPECT_FALSE(make_plan(*file, *context, nullptr, {}).ok()) << path;
      continue;
    }
    ++counts.planned;
    counts.safe += check_each_fix(*file, *context, path);
    check_safe_plan(*file, *context, path);
    check_unsafe_plan(*file, *context, path);
  }
  return counts;
}

TEST(Corpus, FixesApplyConvergeAndKeepTheMeaning) {
  if (!fs::exists(kDockerfileCorpus)) GTEST_SKIP() << "no corpus of Dockerfiles beside the project";
  Counts counts = check_corpus(1, [](std::string source, uint32_t) { return source; });
  EXPECT_GT(counts.planned, 500U);
  EXPECT_GT(counts.safe, 500U);
}

TEST(Corpus, FixesOfMutatedFilesToo) {
  if (!fs::exists(kDockerfileCorpus)) GTEST_SKIP() << "no corpus of Dockerfiles beside the project";
  Counts counts = check_corpus(3, mutated);
  EXPECT_GT(counts.planned, 100U);
  EXPECT_GT(counts.safe, 100U);
}

}  // namespace

}  // namespace whittle
