// The parser against the tables of BuildKit's own tests, where the corpus is there.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "dockerfile/heredoc.h"
#include "dockerfile/json.h"
#include "dockerfile/lexer.h"
#include "dockerfile/parser_directives.h"
#include "support/dockerfile.h"

namespace whittle {
namespace {

using nlohmann::json;

const std::filesystem::path kBuildkit = WHITTLE_SOURCE_DIR "/../shared/corpus/buildkit";

class ParserVectors : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kBuildkit)) {
      GTEST_SKIP() << "the corpus is not there: " << kBuildkit;
    }
    vectors_ = json::parse(std::ifstream(kBuildkit / "vectors.json"));
  }

  json vectors_;
};

std::string without_leading_tabs(const std::string& text) {
  std::string out;
  bool at_begin = true;
  for (char c : text) {
    if (!(at_begin && c == '\t')) out += c;
    at_begin = c == '\n' || (at_begin && c == '\t');
  }
  return out;
}

TEST_F(ParserVectors, HeredocFile) {
  Dockerfile file = parse_ok(vectors_["heredoc_file"]["dockerfile"]);
  expect_lossless(file);
  const json& expected = vectors_["heredoc_file"]["heredocs"];
  // The file's one wrong instruction, and the line it leaves behind, are instructions of BuildKit's
  // parser too.
  ASSERT_EQ(expected.size() + 1, file.instructions.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    const Instruction& instruction = file.instructions[i + 1];
    SCOPED_TRACE(instruction.text);
    size_t count = expected[i].is_null() ? 0 : expected[i].size();
    ASSERT_EQ(count, instruction.heredocs.size());
    for (size_t k = 0; k < count; ++k) {
      const json& entry = expected[i][k];
      const Heredoc& heredoc = instruction.heredocs[k];
      EXPECT_EQ(entry["Name"].get<std::string>(), heredoc.name);
      EXPECT_EQ(entry["Expand"].get<bool>(), heredoc.expand);
      EXPECT_EQ(entry.value("Chomp", false), heredoc.strip_tabs);
      EXPECT_EQ(entry.value("FileDescriptor", 0U), heredoc.fd);
      std::string content = entry["Content"];
      EXPECT_EQ(heredoc.strip_tabs ? without_leading_tabs(content) : content, heredoc.content);
    }
  }
}

TEST_F(ParserVectors, JsonFormHasNoHeredocs) {
  Dockerfile file = parse_ok(vectors_["heredoc_json_none"]);
  EXPECT_EQ(4U, file.instructions.size());
  for (const Instruction& instruction : file.instructions)
    EXPECT_TRUE(instruction.heredocs.empty());
}

TEST_F(ParserVectors, HeredocWords) {
  for (const std::string word : vectors_["heredoc_words"]["valid(EOF)"]) {
    SCOPED_TRACE(word);
    auto heredoc = parse_heredoc_word(word);
    ASSERT_TRUE(heredoc.ok());
    ASSERT_TRUE(heredoc->has_value());
    EXPECT_EQ("EOF", (*heredoc)->name);
  }
  for (const std::string word : vectors_["heredoc_words"]["error"]) {
    EXPECT_FALSE(parse_heredoc_word(word).ok()) << word;
  }
  for (const std::string word : vectors_["heredoc_words"]["not_heredoc"]) {
    auto heredoc = parse_heredoc_word(word);
    ASSERT_TRUE(heredoc.ok()) << word;
    EXPECT_FALSE(heredoc->has_value()) << word;
  }
}

TEST_F(ParserVectors, HeredocsOfALine) {
  for (const json& entry : vectors_["heredoc_from_line"]) {
    std::string line = entry["line"];
    SCOPED_TRACE(line);
    auto found = find_heredocs(line);
    ASSERT_TRUE(found.ok());
    json names = json::array();
    for (const HeredocWord& word : *found) names.push_back(word.heredoc.name);
    EXPECT_EQ(entry["heredocNames"].is_null() ? json::array() : entry["heredocNames"], names);
  }
}

TEST_F(ParserVectors, JsonArrays) {
  for (const auto& [text, strings] : vectors_["json_arrays"]["valid"].items()) {
    SCOPED_TRACE(text);
    JsonArray array = scan_json_array(text);
    ASSERT_TRUE(array.is_valid);
    json values = json::array();
    for (const JsonElement& element : array.elements) {
      EXPECT_TRUE(element.is_string);
      EXPECT_EQ('"', text[element.begin]);
      EXPECT_EQ('"', text[element.end - 1]);
      values.push_back(element.value);
    }
    EXPECT_EQ(strings, values);
  }
  for (const std::string text : vectors_["json_arrays"]["must_error"]) {
    EXPECT_TRUE(parse_ok("FROM a\nCMD " + text + "\n").has_errors()) << text;
  }
}

TEST_F(ParserVectors, Words) {
  for (const json& entry : vectors_["parse_words"]) {
    std::string text = entry["input"][0];
    std::vector<std::string> words;
    for (TextWord word : split_quoted(text, '\\')) {
      words.push_back(text.substr(word.begin, word.end - word.begin));
    }
    EXPECT_EQ(entry["expect"].get<std::vector<std::string>>(), words);
  }
}

TEST_F(ParserVectors, EmptyContinuationLines) {
  Dockerfile file = parse_ok(vectors_["empty_continuation"]["dockerfile"]);
  expect_lossless(file);
  std::vector<std::string> warned;
  for (const Instruction& instruction : file.instructions) {
    if (!instruction.empty_lines.empty()) warned.push_back("RUN " + instruction.text);
  }
  EXPECT_EQ(vectors_["empty_continuation"]["warned_lines_joined"].get<std::vector<std::string>>(),
            warned);
  EXPECT_EQ(vectors_["empty_continuation"]["warnings"].get<size_t>(), file.problems.size());
  EXPECT_FALSE(file.has_errors());
}

TEST_F(ParserVectors, LineNumbers) {
  std::ifstream stream(kBuildkit / "testfile-line/Dockerfile");
  Dockerfile file = parse_ok(std::string(std::istreambuf_iterator<char>(stream), {}));
  json found = json::array();
  for (const Instruction& instruction : file.instructions) {
    found.push_back({instruction.first_line, instruction.last_line});
  }
  EXPECT_EQ(vectors_["line_numbers"]["children"], found);
}

TEST_F(ParserVectors, LongestLine) {
  size_t limit = vectors_["max_line"]["limit_bytes"];
  std::string start = "FROM a\nRUN ";
  std::string fits(limit - 4, 'x');
  for (const std::string end : {"", "\n"}) {
    EXPECT_FALSE(parse_ok(start + fits + end).has_errors());
    Dockerfile over = parse_ok(start + fits + "x" + end + "RUN \\\n" + fits + "xxxxx");
    EXPECT_TRUE(contains(problems_of(over), "2: the line is longer than 65535 bytes"));
  }
}

TEST_F(ParserVectors, Directives) {
  for (const json& entry : vectors_["directives"]) {
    std::string input = entry["input"];
    SCOPED_TRACE(input);
    auto found = entry["fn"] == "check" ? detect_directive(input, "check") : detect_syntax(input);
    ASSERT_EQ(entry["found"].get<bool>(), found.has_value());
    if (!found) continue;
    EXPECT_EQ(entry["ref"].get<std::string>(), found->reference);
    if (entry.contains("cmdline")) {
      EXPECT_EQ(entry["cmdline"].get<std::string>(), found->line);
    }
    if (entry.contains("line")) {
      EXPECT_EQ(entry["line"].get<uint32_t>(), found->line_number);
    }
  }
}

TEST_F(ParserVectors, InstructionErrors) {
  const std::vector<std::string> kMessages = {
      "COPY needs at least two arguments",
      "FROM cannot be the trigger of an ONBUILD",
      "MAINTAINER has no flag `--boo`",
      "ONBUILD cannot be the trigger of an ONBUILD",
      "unknown instruction `FOO`",
      "unknown instruction `foo`",
  };
  ASSERT_EQ(kMessages.size(), vectors_["instruction_errors"].size());
  for (size_t i = 0; i < kMessages.size(); ++i) {
    std::string text = vectors_["instruction_errors"][i]["dockerfile"];
    Dockerfile file = parse_ok("FROM scratch\n" + text);
    EXPECT_TRUE(contains(problems_of(file), "2: " + kMessages[i])) << text << problems_of(file);
  }
}

TEST_F(ParserVectors, ArgumentCounts) {
  auto expect_error = [](const std::string& text, const std::string& message) {
    EXPECT_TRUE(contains(problems_of(parse_ok("FROM scratch\n" + text)), message)) << text;
  };
  for (const std::string keyword : vectors_["exactly_one_argument"]) {
    expect_error(keyword, keyword + " needs exactly one argument");
  }
  for (const std::string keyword : vectors_["at_least_one_argument"]) {
    expect_error(keyword, keyword + " needs at least one argument");
  }
  for (const std::string text : vectors_["no_destination"]) {
    expect_error(text, "needs at least two arguments");
  }
}

TEST_F(ParserVectors, InstructionHeredocs) {
  for (const json& group : vectors_["instruction_heredocs"]) {
    for (const json& entry : group["value"]) {
      std::string text = entry["dockerfile"];
      SCOPED_TRACE(text);
      Dockerfile file = parse_ok("FROM scratch\n" + text);
      ASSERT_EQ(2U, file.instructions.size());
      const Instruction& instruction = file.instructions[1];
      EXPECT_EQ(entry.contains("expectedError"), file.has_errors()) << problems_of(file);
      if (entry.contains("command")) {
        ASSERT_EQ(entry["command"].size(), instruction.words.size());
        for (size_t i = 0; i < instruction.words.size(); ++i) {
          EXPECT_EQ(entry["command"][i].get<std::string>(), instruction.words[i].text);
        }
        EXPECT_EQ(entry["shell"].get<bool>(), instruction.form == ArgumentForm::Shell);
      }
      json files = entry.value("files", json::array());
      if (entry.contains("sourcesAndDest")) {
        const json& copy = entry["sourcesAndDest"];
        EXPECT_EQ(copy["DestPath"].get<std::string>(), instruction.words.back().text);
        files = copy.value("SourceContents", json::array());
      }
      if (entry.contains("expectedError")) continue;
      ASSERT_EQ(files.size(), instruction.heredocs.size());
      for (size_t i = 0; i < files.size(); ++i) {
        const Heredoc& heredoc = instruction.heredocs[i];
        EXPECT_EQ(files[i].value("Name", files[i].value("Path", "")), heredoc.name);
        std::string data = files[i]["Data"];
        EXPECT_EQ(heredoc.strip_tabs ? without_leading_tabs(data) : data, heredoc.content);
        EXPECT_EQ(files[i].value("Expand", heredoc.expand), heredoc.expand);
      }
    }
  }
}

}  // namespace
}  // namespace whittle
