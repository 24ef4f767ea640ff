#include "report/text_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whittle {
namespace {

using testing::ElementsAre;

TEST(TextLayout, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("gr\xC3\xBC\xC3\x9F"), 4U);        // grüß
  EXPECT_EQ(display_width("e\xCC\x81"), 1U);                 // e and a combining acute
  EXPECT_EQ(display_width("\xE6\x97\xA5\xE6\x9C\xAC"), 4U);  // two ideographs
  EXPECT_EQ(display_width("\xF0\x9F\x98\x80"), 2U);          // an emoji
  EXPECT_EQ(display_width("\xFF\xE6"), 2U);                  // no UTF-8: a column a byte
}

TEST(TextLayout, CutsWithinTheWidth) {
  EXPECT_EQ(truncated("abcdef", 6), "abcdef");
  EXPECT_EQ(truncated("abcdefg", 6), "abc...");
  EXPECT_EQ(truncated("abcdefg", 2), "ab");
  EXPECT_EQ(truncated("abcdefg", 0), "");
  // The second ideograph would begin in the last free column.
  EXPECT_EQ(truncated("\xE6\x97\xA5\xE6\x9C\xAC\xE6\x97\xA5", 5), "\xE6\x97\xA5...");
}

TEST(TextLayout, WrapsAtBlanks) {
  EXPECT_THAT(wrapped("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped("unbreakable-word x", 5), ElementsAre("unbreakable-word", "x"));
  EXPECT_THAT(wrapped("", 5), ElementsAre(""));
  EXPECT_EQ(indented("- ", "aaaaaaaaaa bbbbbbbbbb cccccccccc", 24),
            "- aaaaaaaaaa bbbbbbbbbb\n  cccccccccc\n");
}

TEST(TextLayout, ColoursOnlyWhenAsked) {
  EXPECT_EQ(styled("x", Style::Bold, false), "x");
  EXPECT_EQ(styled("x", Style::Bold, true), "\x1b[1mx\x1b[0m");
  EXPECT_EQ(styled("", Style::Bold, true), "");
}

TEST(TextLayout, AlignsTablesWithoutTrailingBlanks) {
  TextTable table;
  table.add_row({{"", {}}, {"before", {}}, {"after", {}}});
  table.add_row({{"size", {}}, {"10 B", {}}, {"", {}}});
  table.add_row({{"a long name", {}}, {"1 B", {}}, {"200 B", {}}});
  EXPECT_EQ(table.render(1, false),
            "              before  after\n"
            " size           10 B\n"
            " a long name     1 B  200 B\n");
}

TEST(TextLayout, ColoursDoNotMoveColumns) {
  TextTable table;
  table.add_row({{"ab", Style::Bold}, {"1", Style::Good}});
  table.add_row({{"a", {}}, {"22", {}}});
  EXPECT_EQ(table.render(0, true), "\x1b[1mab\x1b[0m   \x1b[32m1\x1b[0m\na   22\n");
}

}  // namespace
}  // namespace whittle
