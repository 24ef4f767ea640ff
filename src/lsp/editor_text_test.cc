#include "lsp/editor_text.h"

#include <gtest/gtest.h>

#include <random>

namespace whittle {
namespace {

// "a", a tab, e with an accent (2 bytes), the euro sign (3), an emoji (4 bytes, 2 units), "z".
const std::string kLine = "a\t\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z";

TEST(EditorText, CountsUnitsOfUtf16) {
  EditorText text("x\n" + kLine + "\r\nlast", PositionEncoding::Utf16);
  // By hand: offsets of the characters behind "x\n", and their units.
  const std::pair<uint32_t, uint32_t> places[] = {
      {2, 0}, {3, 1}, {4, 2}, {6, 3}, {9, 4}, {13, 6}, {14, 7}};
  for (auto [offset, character] : places) {
    EXPECT_EQ(text.position(offset), (TextPosition{1, character})) << offset;
    EXPECT_EQ(text.offset({1, character}), offset) << character;
  }
  EXPECT_EQ(text.offset({1, 5}), 9U);  // between the halves of the emoji
  EXPECT_EQ(text.position(11), (TextPosition{1, 4}));
  EXPECT_EQ(text.offset({1, 99}), 14U);                // behind the line's end
  EXPECT_EQ(text.position(15), (TextPosition{1, 7}));  // between "\r" and "\n"
  EXPECT_EQ(text.position(16), (TextPosition{2, 0}));
  EXPECT_EQ(text.offset({2, 2}), 18U);
  EXPECT_EQ(text.offset({3, 0}), 20U);
  EXPECT_EQ(text.offset({UINT32_MAX, UINT32_MAX}), 20U);
}

TEST(EditorText, CountsBytes) {
  EditorText text(kLine, PositionEncoding::Utf8);
  EXPECT_EQ(text.position(11), (TextPosition{0, 11}));
  EXPECT_EQ(text.offset({0, 11}), 11U);
  EXPECT_EQ(text.offset({0, 3}), 2U);  // inside of the accented letter
  EXPECT_EQ(text.offset({0, 9}), 7U);  // inside of the emoji
  EXPECT_EQ(text.position(9), (TextPosition{0, 7}));
}

TEST(EditorText, LineEnds) {
  EditorText text("a\rb\r\nc\n\nd\r", PositionEncoding::Utf16);
  const std::pair<uint32_t, uint32_t> begins[] = {{0, 0}, {1, 2}, {2, 5}, {3, 7}, {4, 8}, {5, 10}};
  for (auto [line, offset] : begins) {
    EXPECT_EQ(text.offset({line, 0}), offset);
    EXPECT_EQ(text.position(offset), (TextPosition{line, 0}));
  }
}

TEST(EditorText, BytesThatAreNoUtf8CountAsOne) {
  EditorText text("\xFF\xC3(\x80x", PositionEncoding::Utf16);
  for (uint32_t i = 0; i <= 5; ++i) {
    EXPECT_EQ(text.position(i), (TextPosition{0, i}));
    EXPECT_EQ(text.offset({0, i}), i);
  }
}

TEST(EditorText, AppliesChanges) {
  EditorText text("one\ntwo\n", PositionEncoding::Utf16);
  text.apply({TextSpan{{1, 0}, {1, 3}}, "2"});
  EXPECT_EQ(text.text(), "one\n2\n");
  text.apply({TextSpan{{1, 1}, {0, 3}}, ""});  // ends in the wrong order
  EXPECT_EQ(text.text(), "one\n");
  text.apply({TextSpan{{9, 9}, {9, 9}}, "end"});
  EXPECT_EQ(text.text(), "one\nend");
  EXPECT_EQ(text.position(7), (TextPosition{1, 3}));
  text.apply({std::nullopt, ""});
  EXPECT_EQ(text.text(), "");
  EXPECT_EQ(text.position(5), (TextPosition{0, 0}));
}

// Against the slow way: a vector of code points and line ends.
TEST(EditorText, PositionsThereAndBack) {
  std::mt19937 random(3);
  const std::string parts[] = {
      "a", "\t", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\n", "\r\n", "\r"};
  const uint32_t units[] = {1, 1, 1, 1, 2};
  for (int round = 0; round < 300; ++round) {
    std::string source;
    std::vector<std::pair<uint32_t, TextPosition>> begins;
    TextPosition at;
    bool was_return = false;
    for (size_t i = 0; i < random() % 40; ++i) {
      size_t part = random() % 8;
      // "\r" and "\n" behind each other are one line end.
      if (was_return && part == 5) part = 0;
      was_return = part == 7;
      begins.emplace_back(source.size(), at);
      source += parts[part];
      if (part < 5) {
        at.character += units[part];
      } else {
        at = {at.line + 1, 0};
      }
    }
    begins.emplace_back(source.size(), at);
    EditorText text(source, PositionEncoding::Utf16);
    for (auto& [offset, position] : begins) {
      ASSERT_EQ(text.position(offset), position) << source;
      ASSERT_EQ(text.offset(position), offset) << source;
    }
  }
}

}  // namespace
}  // namespace whittle
