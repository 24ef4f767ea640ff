#include "model/column.h"

#include <gtest/gtest.h>

#include <vector>

namespace whittle {

namespace {

Column<int> borrowed(const std::shared_ptr<std::vector<int>>& values) {
  return {std::span<const int>(*values), values};
}

TEST(Column, ReadsWhatAnotherHoldsInPlace) {
  auto values = std::make_shared<std::vector<int>>(std::vector<int>{3, 1, 2});
  Column<int> column = borrowed(values);
  EXPECT_EQ(column.data(), values->data());
  EXPECT_EQ(column.size(), 3u);
  EXPECT_EQ(column.back(), 2);
  EXPECT_EQ(values.use_count(), 2);
}

TEST(Column, WritesToItsOwnCopy) {
  auto values = std::make_shared<std::vector<int>>(std::vector<int>{3, 1, 2});
  Column<int> column = borrowed(values);
  column.edit()[0] = 7;
  column.push_back(9);
  EXPECT_EQ(column, (Column<int>{7, 1, 2, 9}));
  EXPECT_EQ(*values, (std::vector<int>{3, 1, 2}));
  EXPECT_EQ(values.use_count(), 1) << "what is not looked at any more is let go";
}

TEST(Column, CopiesOwnTheirValues) {
  auto values = std::make_shared<std::vector<int>>(std::vector<int>{3, 1, 2});
  Column<int> column = borrowed(values);
  Column<int> copy = column;
  column = {};
  values->clear();
  EXPECT_EQ(values.use_count(), 1);
  EXPECT_EQ(copy, (Column<int>{3, 1, 2}));
}

TEST(Column, MovesLeaveNothingBehind) {
  Column<int> own = {1, 2};
  Column<int> moved = std::move(own);
  EXPECT_EQ(moved, (Column<int>{1, 2}));
  EXPECT_TRUE(own.empty());  // NOLINT(bugprone-use-after-move): that is the point
  own.push_back(5);
  EXPECT_EQ(own, (Column<int>{5}));
  EXPECT_EQ(moved, (Column<int>{1, 2}));
}

TEST(Column, GrowsAndErases) {
  Column<int> column;
  for (int i = 0; i < 100; ++i) column.push_back(i);
  column.erase(10, 80);
  column.resize(22, -1);
  EXPECT_EQ(column.size(), 22u);
  EXPECT_EQ(column[9], 9);
  EXPECT_EQ(column[10], 90);
  EXPECT_EQ(column[20], -1);
}

TEST(TextColumn, IsText) {
  TextColumn text;
  text += "usr/";
  text.append("bin");
  EXPECT_EQ(std::string_view(text), "usr/bin");
  text.erase(0, 4);
  EXPECT_EQ(std::string_view(text), "bin");
}

}  // namespace

}  // namespace whittle
