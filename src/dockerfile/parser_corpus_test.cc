// The parser against BuildKit's own results, where the corpus is there: its test files, and real
// files with their AST.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "base/strings.h"
#include "dockerfile/expand.h"
#include "dockerfile/parser.h"
#include "support/dockerfile.h"

namespace whittle {
namespace {

namespace fs = std::filesystem;

const fs::path kCorpus = WHITTLE_SOURCE_DIR "/../shared/corpus";

class ParserCorpus : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::is_directory(kCorpus)) GTEST_SKIP() << "the corpus is not there: " << kCorpus;
  }
};

std::string slurp(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string keywords_and_lines(const Dockerfile& file) {
  std::string out;
  for (const Instruction& instruction : file.instructions) {
    out += instruction.keyword_text + " " + std::to_string(instruction.first_line) + "-" +
           std::to_string(instruction.last_line) + " " +
           std::to_string(instruction.heredocs.size()) + "\n";
  }
  return out;
}

std::string keywords_and_lines(const nlohmann::json& nodes) {
  std::string out;
  for (const auto& node : nodes) {
    out += node[0].get<std::string>() + " " + std::to_string(node[1].get<int>()) + "-" +
           std::to_string(node[2].get<int>()) + " " + std::to_string(node[3].get<int>()) + "\n";
  }
  return out;
}

TEST_F(ParserCorpus, MatchesTheSyntaxTreesOfBuildKit) {
  std::ifstream lines(kCorpus / "dockerfiles/buildkit_ast.jsonl");
  std::string line;
  size_t count = 0;
  while (std::getline(lines, line)) {
    auto expected = nlohmann::json::parse(line);
    std::string name = expected["file"];
    SCOPED_TRACE(name);
    ++count;
    Dockerfile file = parse_ok(slurp(kCorpus / "dockerfiles" / name));
    expect_lossless(file);
    bool is_refused = expected.contains("parse_error") || expected.contains("instruction_error");
    EXPECT_EQ(is_refused, file.has_errors()) << problems_of(file);
    EXPECT_EQ(std::string(1, file.escape), expected.value("escape", "\\"));
    if (expected.contains("parse_error")) continue;
    EXPECT_EQ(keywords_and_lines(expected["nodes"]), keywords_and_lines(file));
    if (is_refused) continue;
    EXPECT_EQ(expected["stages"].get<size_t>(), file.stages.size());
  }
  EXPECT_GT(count, 300U);
}

TEST_F(ParserCorpus, MeetsTheResultFiles) {
  size_t count = 0;
  for (const auto& entry : fs::directory_iterator(kCorpus / "buildkit/testfiles")) {
    SCOPED_TRACE(entry.path());
    Dockerfile file = parse_ok(slurp(entry.path() / "Dockerfile"));
    expect_lossless(file);
    std::string found;
    for (const Instruction& instruction : file.instructions) found += to_sexpr(instruction) + "\n";
    EXPECT_EQ(std::string(trim(slurp(entry.path() / "result"))), std::string(trim(found)));
    ++count;
  }
  EXPECT_EQ(33U, count);
}

TEST_F(ParserCorpus, RefusesTheNegativeFilesAtAPlace) {
  const std::map<std::string, uint32_t> kLines = {{"empty_dockerfile", 1},
                                                  {"env_no_value", 3},
                                                  {"only_comments", 0},
                                                  {"shykes-nested-json", 1}};
  size_t count = 0;
  for (const auto& entry : fs::directory_iterator(kCorpus / "buildkit/testfiles-negative")) {
    SCOPED_TRACE(entry.path());
    Dockerfile file = parse_ok(slurp(entry.path() / "Dockerfile"));
    expect_lossless(file);
    ASSERT_TRUE(file.has_errors());
    auto error = std::find_if(file.problems.begin(), file.problems.end(), [](const auto& problem) {
      return problem.kind == ProblemKind::Error;
    });
    EXPECT_LE(error->range.end, file.source.size());
    uint32_t line = kLines.at(entry.path().filename().string());
    if (line != 0) {
      EXPECT_EQ(line, file.lines.line_of(error->range.begin)) << problems_of(file);
    }
    ++count;
  }
  EXPECT_EQ(4U, count);
}

}  // namespace
}  // namespace whittle
