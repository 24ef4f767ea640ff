#include "dockerfile/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

namespace whittle {
namespace {

TEST(ScanJsonArray, GivesStringsWithTheirPlaces) {
  std::string text = " [ \"a\\u00e9\\ud83d\\ude00\" ,\"\\ud800x\", 1.5e3, {\"k\":[true,{}]} ] ";
  JsonArray array = scan_json_array(text);
  ASSERT_TRUE(array.is_valid);
  ASSERT_EQ(4U, array.elements.size());
  EXPECT_EQ("a\xC3\xA9\xF0\x9F\x98\x80", array.elements[0].value);
  EXPECT_EQ("\xEF\xBF\xBDx", array.elements[1].value);
  EXPECT_EQ("1.5e3", text.substr(array.elements[2].begin, 5));
  EXPECT_FALSE(array.elements[3].is_string);
  EXPECT_EQ("{\"k\":[true,{}]}",
            text.substr(array.elements[3].begin, array.elements[3].end - array.elements[3].begin));
}

// Short texts over the alphabet of JSON: valid for us exactly where another reader takes them as an
// array.
TEST(ScanJsonArray, AgreesWithAnotherReader) {
  const std::vector<std::string> kParts = {"[",
                                           "]",
                                           "{",
                                           "}",
                                           ",",
                                           ":",
                                           "\"a\"",
                                           "\"",
                                           "1",
                                           "-",
                                           "0",
                                           ".5",
                                           "e1",
                                           "true",
                                           "null",
                                           " ",
                                           "\\n",
                                           "\"\\u12\"",
                                           "x"};
  std::mt19937 random(3);
  size_t valid = 0;
  for (int round = 0; round < 50000; ++round) {
    std::string text = "[";
    for (size_t i = 0; i < random() % 9; ++i) text += kParts[random() % kParts.size()];
    if (random() % 2 == 0) text += "]";
    auto other = nlohmann::json::parse(text, nullptr, false);
    JsonArray array = scan_json_array(text);
    ASSERT_EQ(other.is_array(), array.is_valid) << text;
    if (!array.is_valid) continue;
    ASSERT_EQ(other.size(), array.elements.size()) << text;
    ++valid;
  }
  EXPECT_GT(valid, 300U);
}

TEST(ScanJsonArray, TakesDeepNestingWithoutRecursion) {
  std::string deep(9000, '[');
  EXPECT_TRUE(scan_json_array(deep + std::string(9000, ']')).is_valid);
  EXPECT_FALSE(scan_json_array(std::string(100000, '[')).is_valid);
}

}  // namespace
}  // namespace whittle
