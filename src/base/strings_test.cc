#include "base/strings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(StringsTest, Splits) {
  EXPECT_THAT(split("a,,b,", ','), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(split("", ','), ElementsAre(""));
  EXPECT_THAT(split_lines("a\n\nb"), ElementsAre("a", "", "b"));
  EXPECT_THAT(split_lines("a\r\nb\n"), ElementsAre("a\r", "b"));
  EXPECT_THAT(split_lines(""), IsEmpty());
  EXPECT_THAT(split_lines("\n"), ElementsAre(""));
  EXPECT_THAT(split_blanks(" a\t b\nc "), ElementsAre("a", "b", "c"));
  EXPECT_THAT(split_blanks(" \t "), IsEmpty());
  EXPECT_EQ(join({"a", "", "b"}, "-"), "a--b");
  EXPECT_EQ(join({}, "-"), "");
}

TEST(StringsTest, TrimsAndFolds) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
  EXPECT_EQ(trim_left(" a "), "a ");
  EXPECT_EQ(trim_right(" a "), " a");
  EXPECT_EQ(to_lower("AbC-\xc3\x84"), "abc-\xc3\x84");
  EXPECT_EQ(to_upper("aZ9"), "AZ9");
  EXPECT_TRUE(equals_ignoring_case("RuN", "rUn"));
  EXPECT_FALSE(equals_ignoring_case("run", "runs"));
  EXPECT_FALSE(equals_ignoring_case("[", "{"));  // differ in the same bit as letters do
}

TEST(StringsTest, Replaces) {
  EXPECT_EQ(replace_all("aXbXX", "X", "yy"), "ayybyyyy");
  EXPECT_EQ(replace_all("aaa", "aa", "b"), "ba");
  EXPECT_EQ(replace_all("abc", "", "x"), "abc");
  EXPECT_EQ(replace_all("", "a", "x"), "");
}

TEST(StringsTest, ParsesNumbers) {
  EXPECT_EQ(parse_u64("0"), 0U);
  EXPECT_EQ(parse_u64("18446744073709551615"), UINT64_MAX);
  for (const char* bad : {"", "18446744073709551616", "-1", "+1", " 1", "1 ", "0x1", "1.0"}) {
    EXPECT_FALSE(parse_u64(bad).has_value()) << bad;
  }
}

TEST(StringsTest, ParsesSizes) {
  EXPECT_EQ(parse_size("512"), 512U);
  EXPECT_EQ(parse_size("512b"), 512U);
  EXPECT_EQ(parse_size("64k"), 65536U);
  EXPECT_EQ(parse_size("1.5GiB"), 1610612736U);
  EXPECT_EQ(parse_size("20MB"), 20'000'000U);
  EXPECT_EQ(parse_size("1 T"), 1099511627776U);
  for (const char* bad : {"", "k", "1x", "1kk", "-1", "1.2.3", "99999999999T", "."})
    EXPECT_FALSE(parse_size(bad).has_value()) << bad;
}

TEST(StringsTest, ParsesDurations) {
  EXPECT_EQ(parse_duration_ms("90"), 90'000U);
  EXPECT_EQ(parse_duration_ms("1m30s"), 90'000U);
  EXPECT_EQ(parse_duration_ms("500ms"), 500U);
  EXPECT_EQ(parse_duration_ms("1.5h"), 5'400'000U);
  EXPECT_EQ(parse_duration_ms("0"), 0U);
  for (const char* bad : {"", "s", "1m30", "1x", "1 s", "-1s"})
    EXPECT_FALSE(parse_duration_ms(bad).has_value()) << bad;
}

TEST(StringsTest, FormatsForPeople) {
  EXPECT_EQ(format_bytes(0), "0 B");
  EXPECT_EQ(format_bytes(1023), "1023 B");
  EXPECT_EQ(format_bytes(1024), "1.0 KiB");
  EXPECT_EQ(format_bytes(43'306'189), "41.3 MiB");
  EXPECT_EQ(format_bytes(1024 * 1024 - 1), "1.0 MiB") << "never 1024.0 KiB";
  EXPECT_EQ(format_bytes(UINT64_MAX), "16.0 EiB");
  EXPECT_EQ(format_bytes_delta(-3), "-3 B");
  EXPECT_EQ(format_bytes_delta(2048), "+2.0 KiB");
  EXPECT_EQ(format_bytes_delta(0), "0 B");
  EXPECT_EQ(format_bytes_delta(INT64_MIN), "-8.0 EiB");
  EXPECT_EQ(format_seconds(0.421), "0.42 s");
  EXPECT_EQ(format_seconds(12.34), "12.3 s");
  EXPECT_EQ(format_seconds(125), "2 min 05 s");
  EXPECT_EQ(format_seconds(99.99), "1 min 40 s");
  EXPECT_EQ(count_of(1, "layer"), "1 layer");
  EXPECT_EQ(count_of(0, "layer"), "0 layers");
}

TEST(StringsTest, QuotesForTheShell) {
  EXPECT_EQ(shell_quote("a/b-c.d"), "a/b-c.d");
  EXPECT_EQ(shell_quote(""), "''");
  EXPECT_EQ(shell_quote("a b"), "'a b'");
  EXPECT_EQ(shell_quote("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_quote("$x;"), "'$x;'");
}

TEST(StringsTest, MakesForeignTextHarmless) {
  EXPECT_EQ(printable("plain äöü 日本"), "plain äöü 日本");
  EXPECT_EQ(printable("\x1b[31m\n"), "\\x1b[31m\\x0a");
  EXPECT_EQ(printable("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b");  // CSI as one character
}

TEST(StringsTest, KnowsUtf8) {
  EXPECT_TRUE(is_valid_utf8("aä日\xf0\x9f\x98\x80"));
  for (const char* bad :
       {"\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80", "\xc3", "\xe2\x82"})
    EXPECT_FALSE(is_valid_utf8(bad));
}

TEST(StringsTest, MeasuresEditDistance) {
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", "abc"), 0U);
}

}  // namespace
}  // namespace whittle
