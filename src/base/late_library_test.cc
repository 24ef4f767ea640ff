#include "base/late_library.h"

#include <gtest/gtest.h>

namespace whittle {

namespace {

TEST(LateLibrary, FindsFunctions) {
  LateLibrary late("libm.so.6", "install the C library");
  double (*cosine)(double) = nullptr;
  late.find("cos", cosine);
  ASSERT_TRUE(late.status().ok());
  EXPECT_EQ(cosine(0), 1);
}

TEST(LateLibrary, SaysWhichFunctionIsMissing) {
  LateLibrary late("libm.so.6", "install the C library");
  void (*missing)() = nullptr;
  late.find("no_such_function", missing);
  EXPECT_EQ(missing, nullptr);
  ASSERT_FALSE(late.status().ok());
  EXPECT_NE(late.status().error().message().find("no_such_function"), std::string::npos);
}

TEST(LateLibrary, SaysHowToGetAMissingLibrary) {
  LateLibrary late("libwhittle-none.so.9", "install none of it");
  void (*missing)() = nullptr;
  late.find("anything", missing);
  ASSERT_FALSE(late.status().ok());
  EXPECT_EQ(late.status().error().kind(), ErrorKind::NotFound);
  EXPECT_NE(late.status().error().message().find("libwhittle-none.so.9"), std::string::npos);
  EXPECT_EQ(late.status().error().hint(), "install none of it");
}

}  // namespace

}  // namespace whittle
