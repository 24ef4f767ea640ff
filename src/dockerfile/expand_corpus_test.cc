// Variables against the tables of BuildKit's own tests, where the corpus is there.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "dockerfile/expand.h"

namespace whittle {
namespace {

using nlohmann::json;

const std::filesystem::path kVectors =
    WHITTLE_SOURCE_DIR "/../shared/corpus/buildkit/shell_vectors.json";

class ExpandCorpus : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kVectors)) GTEST_SKIP() << "the corpus is not there: " << kVectors;
    vectors_ = json::parse(std::ifstream(kVectors));
  }

  json vectors_;
};

Lookup lookup_in(std::map<std::string, std::string> env) {
  return [env = std::move(env)](std::string_view name) -> std::optional<std::string> {
    auto found = env.find(std::string(name));
    if (found == env.end()) return std::nullopt;
    return found->second;
  };
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return names;
}

TEST_F(ExpandCorpus, OneWord) {
  size_t count = 0;
  char escape = vectors_["process_word"]["escape"].get<std::string>()[0];
  Lookup lookup = lookup_in(vectors_["process_word"]["env"]);
  for (const json& entry : vectors_["process_word"]["cases"]) {
    std::string input = entry["input"];
    SCOPED_TRACE(input);
    if (entry["platform"] == "W") continue;
    auto expanded = expand_word(input, escape, lookup);
    EXPECT_EQ(entry["error"].get<bool>(), !expanded.ok());
    if (expanded.ok() && !entry["error"].get<bool>()) {
      EXPECT_EQ(entry["expected"].get<std::string>(), expanded->text);
    }
    ++count;
  }
  EXPECT_GE(count, 115U);
}

TEST_F(ExpandCorpus, SeveralWords) {
  for (const json& entry : vectors_["process_words"]["cases"]) {
    std::map<std::string, std::string> env;
    for (const std::string variable : entry["env"]) {
      size_t equals = variable.find('=');
      env[variable.substr(0, equals)] = variable.substr(equals + 1);
    }
    std::string input = entry["input"];
    SCOPED_TRACE(input);
    auto words = expand_words(input, '\\', lookup_in(env));
    ASSERT_EQ(entry["error"].get<bool>(), !words.ok());
    if (words.ok()) {
      EXPECT_EQ(entry["expected"].get<std::vector<std::string>>(), *words);
    }
  }
}

TEST_F(ExpandCorpus, NamesThatWereUsed) {
  for (const json& entry : vectors_["process_word_matches"]) {
    std::string input = entry["input"];
    SCOPED_TRACE(input);
    auto expanded = expand_word(input, '\\', lookup_in(entry["env"]));
    ASSERT_EQ(entry["error"].get<bool>(), !expanded.ok());
    if (!expanded.ok()) continue;
    EXPECT_EQ(entry["expected"].get<std::string>(), expanded->text);
    if (!entry.contains("matched")) continue;
    EXPECT_EQ(entry["matched"].get<std::vector<std::string>>(), sorted(expanded->found));
    EXPECT_EQ(entry["unmatched"].get<std::vector<std::string>>(), sorted(expanded->missing));
  }
}

TEST_F(ExpandCorpus, MandatoryVariables) {
  for (const json& entry : vectors_["mandatory"]) {
    std::string input = entry["input"];
    SCOPED_TRACE(entry.dump());
    auto expanded = expand_word(input, '\\', lookup_in(entry["env"]));
    ASSERT_EQ(entry.contains("error_contains"), !expanded.ok());
    if (expanded.ok()) {
      EXPECT_EQ(entry["expected"].get<std::string>(), expanded->text);
    } else {
      EXPECT_TRUE(contains(expanded.error().message(), entry["error_contains"].get<std::string>()))
          << expanded.error().message();
    }
  }
}

}  // namespace
}  // namespace whittle
