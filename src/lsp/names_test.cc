// Names over real files: every place of a name knows all the others, and a file that is renamed
// there and back is the file it was.
#include "lsp/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dockerfile/edit.h"
#include "dockerfile/parser.h"
#include "lint/rules/rules.h"
#include "lsp/variables.h"
#include "support/corpus.h"

namespace whittle {
namespace {

std::vector<uint32_t> begins_of(const NameAt& at) {
  std::vector<uint32_t> begins;
  for (const NamePlace& place : at.places) begins.push_back(place.range.begin);
  return begins;
}

std::string renamed(const std::string& text, const std::vector<Edit>& edits) {
  Result<EditedText> result = apply_edits(text, edits);
  EXPECT_TRUE(result.ok());
  return result.ok() ? result->text : "";
}

// The places of all declared names of a file: one of each name.
std::vector<NameAt> names_of(const LintInput& input) {
  std::vector<NameAt> names;
  std::vector<uint32_t> offsets;
  for (const StageMention& mention : stage_mentions(*input.file))
    offsets.push_back(mention.place.range.begin);
  for (const VariableMention& mention : variable_mentions(input))
    offsets.push_back(mention.range.begin);
  for (uint32_t offset : offsets) {
    std::optional<NameAt> at = name_at(input, offset);
    if (at) names.push_back(std::move(*at));
  }
  return names;
}

void check_there_and_back(const std::string& text, const LintInput& input, const NameAt& at) {
  const std::string other = at.kind == NameKind::Stage ? "renamed-zz" : "RENAMED_ZZ";
  Result<std::vector<Edit>> there = rename_edits(input, at, other);
  if (!there.ok()) return;
  std::string changed = renamed(text, *there);
  Result<Dockerfile> file = parse_dockerfile(changed, "Dockerfile", Limits());
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->has_errors(), input.file->has_errors());
  LintInput after = make_lint_input(*file, {}, Limits());
  std::optional<NameAt> moved = name_at(after, there->front().range.begin);
  ASSERT_TRUE(moved) << changed;
  EXPECT_EQ(moved->places.size(), at.places.size()) << changed;
  // Names of stages may stand in other letters here and there.
  bool is_exact = true;
  for (const Edit& edit : *there)
    is_exact = is_exact && edit.range.of(text) == there->front().range.of(text);
  if (!is_exact) return;
  Result<std::vector<Edit>> back =
      rename_edits(after, *moved, std::string(there->front().range.of(text)));
  if (!back.ok()) return;  // the old name stands for another variable, too
  EXPECT_EQ(renamed(changed, *back), text);
}

size_t check_file(const std::string& text) {
  Result<Dockerfile> file = parse_dockerfile(text, "Dockerfile", Limits());
  if (!file.ok()) return 0;
  LintInput input = make_lint_input(*file, {}, Limits());
  std::vector<NameAt> names = names_of(input);
  for (const NameAt& at : names) {
    EXPECT_FALSE(at.places.empty());
    for (const NamePlace& place : at.places) {
      std::optional<NameAt> same = name_at(input, place.range.begin);
      EXPECT_TRUE(same && begins_of(*same) == begins_of(at)) << at.name << "\n" << text;
    }
    check_there_and_back(text, input, at);
  }
  return names.size();
}

TEST(Names, OfTheExamplesOfTheRules) {
  size_t names = 0;
  for (const Rule* rule : rule_table()) {
    names += check_file(std::string(rule->info.bad));
    names += check_file(std::string(rule->info.good));
  }
  EXPECT_GT(names, 40U);
}

TEST(Names, OfTheCorpus) {
  if (!fs::exists(test::kDockerfileCorpus)) GTEST_SKIP() << "no corpus beside the project";
  constexpr size_t kStep = 41;
  std::vector<fs::path> paths = test::corpus_files();
  size_t names = 0;
  for (size_t i = 0; i < paths.size(); i += kStep) {
    Result<std::string> text = read_file(paths[i], 1 << 20);
    if (text.ok()) names += check_file(*text);
  }
  EXPECT_GT(names, 50U);
}

}  // namespace
}  // namespace whittle
