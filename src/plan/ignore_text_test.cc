#include "plan/ignore_text.h"

#include <gtest/gtest.h>

namespace whittle {

namespace {

const std::string kHeader = "# Not needed in the image (added by whittle)\n";

TEST(IgnoreText, StartsAFile) {
  EXPECT_EQ(add_ignore_lines("", {{"b", 1, 1}, {"a", 1, 1}, {"b", 1, 1}}), kHeader + "a\nb\n");
  EXPECT_EQ(add_ignore_lines("x\n", {}), "x\n");
}

TEST(IgnoreText, ComesBehindTheUsersText) {
  EXPECT_EQ(add_ignore_lines("*.tmp\n!keep.tmp\n", {{".git", 1, 1}}),
            "*.tmp\n!keep.tmp\n\n" + kHeader + ".git\n");
  EXPECT_EQ(add_ignore_lines("*.tmp", {{".git", 1, 1}}), "*.tmp\n\n" + kHeader + ".git\n")
      << "a missing last line end";
  EXPECT_EQ(add_ignore_lines("*.tmp\n\n", {{".git", 1, 1}}), "*.tmp\n\n" + kHeader + ".git\n");
}

TEST(IgnoreText, OpensItsOwnBlockAgain) {
  EXPECT_EQ(add_ignore_lines("x\n\n" + kHeader + "b\n", {{"a", 1, 1}}),
            "x\n\n" + kHeader + "a\nb\n");
}

TEST(IgnoreText, LeavesABlockThatTheUserWroteIn) {
  std::string edited = kHeader + "b\n!c\n";
  EXPECT_EQ(add_ignore_lines(edited, {{"a", 1, 1}}), edited + "\n" + kHeader + "a\n");
}

TEST(IgnoreText, KeepsLineEnds) {
  std::string text = add_ignore_lines("x\r\n", {{"a", 1, 1}});
  EXPECT_EQ(text, "x\r\n\r\n# Not needed in the image (added by whittle)\r\na\r\n");
}

}  // namespace

}  // namespace whittle
